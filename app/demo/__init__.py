"""A made-up company to look at: people, customers, ninety days of history, and a day in full swing.

Everything follows from the seed and the moment. ``texts`` holds the words, ``ground`` the people and customers,
``history`` the jobs that were billed before Readyboard came, ``stories`` today's jobs told press by press, and
``build`` puts them together. It is never run over a company that is not a demo.
"""

from app.demo.build import DemoSummary, NotADemo, build, refresh
from app.demo.ground import PASSWORD

__all__ = ["PASSWORD", "DemoSummary", "NotADemo", "build", "refresh"]
