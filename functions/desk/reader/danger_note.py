"""What people must know before anything else of a case in which somebody may be in danger.

It is worked out from the texts whenever they are shown, and never stored: X forbids keeping conclusions about a
person's health or about crimes.
"""

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from functools import partial

from desk.brand import Brand
from desk.cases.model import Case
from desk.i18n import phrase
from desk.mentions.model import Mention
from desk.reader.self_harm import speaks_of_self_harm
from desk.reading import Urgency


class DangerNote(StrEnum):
    """What the texts shown speak of; the catalogue's keys begin with `danger.<value>`."""

    SELF_HARM = "self_harm"
    """Suicide or self-harm, the author's own or somebody else's."""
    PEOPLE = "people"
    """Any other danger to people."""


def danger_note(mentions: Iterable[Mention], *, danger: bool) -> DangerNote | None:
    """The note for these mentions and what they reply to; None where there is nothing to know.

    `danger` is whether they are handled as danger, which needs no more than the handling that is stored.
    """
    if any(speaks_of_self_harm(text) for mention in mentions for text in _texts(mention)):
        return DangerNote.SELF_HARM
    return DangerNote.PEOPLE if danger else None


def danger_note_of(case: Case, mentions: Iterable[Mention]) -> DangerNote | None:
    """The note for a case with these mentions; where a person said that it is not urgent, only of self-harm."""
    return danger_note(mentions, danger=case.danger and case.urgency is Urgency.HIGH)


def _texts(mention: Mention) -> Iterator[str]:
    yield mention.post.text
    if mention.parent and mention.parent.post:
        yield mention.parent.post.text


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
