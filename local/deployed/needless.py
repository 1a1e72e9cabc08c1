"""What a function never loads, taken out of what is built: a cold start fetches all of it.

A test starts every function and sees to it that nothing named here for it is imported.
"""

import shutil
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

NEEDLESS = (
    "PIL/_avif.*",  # Pillow decodes AVIF, draws text and does more that pictures of posts need not
    "PIL/_imagingft.*",
    "PIL/_imagingmath.*",
    "PIL/_imagingmorph.*",
    "PIL/_imagingtk.*",
    "aws_lambda_powertools/metrics/provider/datadog",
    "aws_lambda_powertools/utilities/auth_alpha",
    "aws_lambda_powertools/utilities/batch",
    "aws_lambda_powertools/utilities/circuit_breaker",
    "aws_lambda_powertools/utilities/data_masking",
    "aws_lambda_powertools/utilities/feature_flags",
    "aws_lambda_powertools/utilities/idempotency",
    "aws_lambda_powertools/utilities/kafka",
    "aws_lambda_powertools/utilities/metadata",
    "aws_lambda_powertools/utilities/parser",
    "aws_lambda_powertools/utilities/streaming",
    "aws_lambda_powertools/utilities/validation",
    "cffi",  # cryptography needs the compiled part alone
    "charset_normalizer/cli",
    "dateutil/rrule.py",
    "dateutil/zoneinfo",  # time zones once more; Python has its own
    "pydantic/experimental",
    "pydantic/mypy.py",
    "pydantic/v1",
    "pillow.libs/libavif-*",
    "pillow.libs/libbrotli*",
    "pillow.libs/libfreetype-*",
    "pillow.libs/libharfbuzz-*",
    "pillow.libs/libpng*",
    "pycparser",
    "regex/tests",
    "requests_oauthlib/compliance_fixes",
    "requirements.txt",
    "urllib3/contrib/emscripten",
    "urllib3/contrib/pyopenssl.py",
)
"""Files and folders by their place in the package. A library that no longer has one has nothing to lose."""

HEADS = ("desk/reader/department.heads", "desk/reader/general.heads")
NEEDED_BY: Mapping[tuple[str, ...], frozenset[str]] = {
    (*HEADS, "regex"): frozenset({"PollMentions", "RouteInquiry", "Sweep"}),
    (
        *("pydantic", "pydantic_core", "annotated_types", "typing_inspection"),
        *("aws_lambda_powertools/event_handler", "aws_lambda_powertools/utilities/data_classes"),
    ): frozenset({"PostUpdate"}),
    ("jinja2", "markupsafe"): frozenset({"AnswerCase", "DailyDigest", "OperatorConsole"}),
    ("_cffi_backend.*", "cryptography"): frozenset({"NotifyPhones", "OperatorConsole"}),
    ("joserfc",): frozenset({"OperatorConsole"}),
    ("http_ece",): frozenset({"NotifyPhones"}),
    ("feedparser", "feedparser_sgmllib"): frozenset({"ReadFeeds"}),
    ("PIL", "pillow.libs"): frozenset({"PreparePicture"}),
}
"""What is large and needed by some functions alone, by names that may have a `*`."""

ALONE: Mapping[str, str] = {
    "NotifyPhones": "notify_phones",
    "OperatorConsole": "operator_console",
    "PostUpdate": "post_update/api",
    "PreparePicture": "prepare_picture",
    "ReadFeeds": "read_feeds",
}
"""Functions with a package of their own, and the folder of their handler: no other function's code is in it, and their
code is in no other package."""

_PAPERS = "*.dist-info/RECORD"
"""Checksums for pip, which never runs there; licences and versions stay."""


def remove_for_all(built: Path) -> None:
    """Take out what no function loads; done twice it changes nothing."""
    _remove([*_named(built, NEEDLESS), *built.glob(_PAPERS)])


def remove_by_function(built: Path) -> None:
    """Take out what the function that the folder is named after does not load."""
    _remove([*_named(built, needless_to(built.name)), *_handlers_of_others(built)])


def needless_to(function: str) -> list[str]:
    """What some other function needs and this one does not."""
    return [part for parts, functions in NEEDED_BY.items() if function not in functions for part in parts]


def _handlers_of_others(built: Path) -> list[Path]:
    """The folders of handlers that never run in this package; functions do not import each other."""
    folders = {file.parent for pattern in ("*/handler.py", "*/*/handler.py") for file in built.glob(pattern)}
    if own := ALONE.get(built.name):
        return sorted(folders - {built / own})
    return sorted(folders & {built / folder for folder in ALONE.values()})


def _named(built: Path, names: Iterable[str]) -> list[Path]:
    return [path for name in names for path in built.glob(name)]


def _remove(found: Iterable[Path]) -> None:
    for path in found:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


if __name__ == "__main__":
    remove = {"for-all": remove_for_all, "by-function": remove_by_function}[sys.argv[1]]
    for folder in sys.argv[2:]:
        remove(Path(folder))
