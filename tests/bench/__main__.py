"""`make bench`: what a press costs, against floors taken in the same run. ARGS="--presses 50" for a quick look."""

import argparse
import asyncio

from tests.bench import press


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument(
        "--presses", type=int, default=200, help="stops measured with each crowd (default 200)"
    )
    given = asked.parse_args()
    asyncio.run(press.measure(given.presses))


if __name__ == "__main__":
    main()
