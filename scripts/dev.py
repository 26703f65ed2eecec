"""Serves the demo company in development mode and starts it again whenever a file of the program changes."""

import os
import subprocess
import sys
import time
from pathlib import Path

TOP = Path(__file__).parent.parent
WATCHED = ("app", "alembic")
LOOK_EVERY_S = 0.5


def main() -> None:
    """Until Ctrl-C."""
    environment = {"READYBOARD_DEVELOPMENT": "true", **os.environ}
    while True:
        seen = _newest_change()
        program = subprocess.Popen(
            [sys.executable, "-m", "app.cli", "demo"], cwd=TOP, env=environment
        )
        try:
            while _newest_change() == seen:
                time.sleep(LOOK_EVERY_S)
        finally:
            program.terminate()
            program.wait()
        print("\nChanged; starting again.", flush=True)


def _newest_change() -> tuple[int, int]:
    """The latest modification and the number of files: adding, changing and removing all show."""
    times = [
        path.stat().st_mtime_ns
        for folder in WATCHED
        for path in (TOP / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    ]
    return max(times), len(times)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(0)
