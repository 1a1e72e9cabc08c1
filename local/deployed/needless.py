"""What libraries bring that no function ever loads, taken out of what is built: a cold start fetches all of it.

A test starts every function and sees to it that nothing named here is imported.
"""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

NEEDLESS = (
    "aws_lambda_powertools/utilities/auth_alpha",
    "aws_lambda_powertools/utilities/batch",
    "aws_lambda_powertools/utilities/circuit_breaker",
    "aws_lambda_powertools/utilities/data_masking",
    "aws_lambda_powertools/utilities/feature_flags",
    "aws_lambda_powertools/utilities/idempotency",
    "aws_lambda_powertools/utilities/kafka",
    "aws_lambda_powertools/utilities/parser",
    "aws_lambda_powertools/utilities/streaming",
    "aws_lambda_powertools/utilities/validation",
    "dateutil/zoneinfo",  # time zones once more; Python has its own
    "pydantic/mypy.py",
    "pydantic/v1",
    "requirements.txt",
    "urllib3/contrib/emscripten",
)
"""Files and folders by their place in the package. A library that no longer has one has nothing to lose."""

_PAPERS = "*.dist-info/RECORD"
"""Checksums for pip, which never runs there; licences and versions stay."""


def remove(built: Path) -> None:
    """Take it out; done twice it changes nothing."""
    for found in [*_named(built), *built.glob(_PAPERS)]:
        if found.is_dir():
            shutil.rmtree(found)
        else:
            found.unlink()


def _named(built: Path) -> Iterator[Path]:
    return (built / name for name in NEEDLESS if (built / name).exists())


if __name__ == "__main__":
    for folder in sys.argv[1:]:
        remove(Path(folder))
