"""`make bench`: what a press, the papers and the money cost, against floors taken in the same run.

ARGS="--presses 50" for a quick look, ARGS="billing papers" for some of it.
"""

import argparse
import asyncio

from tests.bench import billing, papers, press

PARTS = ("press", "papers", "billing")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("parts", nargs="*", help=f"some of {', '.join(PARTS)} (default: all)")
    asked.add_argument(
        "--presses", type=int, default=200, help="stops measured with each crowd (default 200)"
    )
    given = asked.parse_args()
    if unknown := set(given.parts) - set(PARTS):
        asked.error(f"expected some of {', '.join(PARTS)}, got {', '.join(sorted(unknown))}")
    wanted = given.parts or PARTS
    if "press" in wanted:
        asyncio.run(press.measure(given.presses))
    if "papers" in wanted:
        papers.measure()
    if "billing" in wanted:
        billing.measure()


if __name__ == "__main__":
    main()
