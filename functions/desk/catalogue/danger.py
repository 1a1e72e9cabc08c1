"""The note of danger as sentences, with whom to call where the desk works."""

from collections.abc import Sequence
from functools import partial

from desk.brand import Brand
from desk.catalogue import phrase
from desk.danger_note import DangerNote

_COUNTRIES = {"Asia/Seoul": "kr"}
"""The countries whose help lines the catalogue knows, by the time zone of the desk."""


def danger_lines(note: DangerNote, brand: Brand) -> Sequence[str]:
    """What it is, and what to do, as sentences in the desk's language."""
    say, country = partial(phrase, brand.language), _COUNTRIES.get(brand.timezone, "other")
    calls = {
        "help_line": say(f"danger.help_line.{country}"),
        "emergency": say(f"danger.emergency.{country}"),
    }
    answer = [say("danger.self_harm.answer")] if note is DangerNote.SELF_HARM else []
    return [say(f"danger.{note}"), *answer, say(f"danger.{note}.help", **calls), say("danger.not_automatic")]
