"""What people read about findings."""

from collections.abc import Iterable

from desk.checks.model import Finding
from desk.i18n import LANGUAGES, phrase


def sentence_of(finding: Finding, language: str) -> str:
    """What the finding says to people."""
    return phrase(language, f"check.{finding.rule}", **finding.values)


def rule_names(rules: Iterable[str], language: str) -> str:
    """The names of these rules for people, by their values; one of another release has none."""
    known = LANGUAGES[language]
    return ", ".join(known[key] for rule in rules if (key := f"check.rule.{rule}") in known)
