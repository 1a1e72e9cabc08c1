"""`python -m tests.recorded 0.1.0` records what this release stores and sends."""

import sys

from tests.recorded.releases import FOLDER, record

if __name__ == "__main__":
    record(FOLDER / sys.argv[1])
