"""Readyboard: the moment a technician presses Stop, the job is ready to invoice on every open board."""

__version__ = "0.1.0"
