"""What pydantic finds wrong with a request, as sentences about fields."""

from collections.abc import Mapping, Sequence
from typing import Any

from post_update.door.bodies import no_json
from post_update.door.problems import BadField, Problem, bad_fields
from post_update.refusals import NOT_UTF_8
from post_update.text import REPLACEMENT

_SENTENCES = {
    "missing": "is needed",
    "extra_forbidden": "is not known here",
    "string_type": "must be text",
    "string_unicode": "holds half a character",
    "list_type": "must be a list",
    "int_parsing": "must be a whole number",
    "int_type": "must be a whole number",
    "bool_type": "must be true or false",
}
"""By pydantic's type of error; for any other its own words do."""


def problem_in(errors: Sequence[Mapping[str, Any]]) -> Problem:
    """All of them in one answer. A body that is not there at all is no JSON."""
    if any(error["type"] == "missing" and tuple(error["loc"]) == ("body",) for error in errors):
        return no_json("The body is empty.")
    return bad_fields([BadField(_field(error["loc"]), _sentence(error)) for error in errors])


def _field(place: Sequence[str | int]) -> str:
    """`body.hashtags.0` is told as the caller wrote it: `hashtags.0`; a header as its standard writes it."""
    if place[0] == "header":
        return str(place[1]).title()
    return ".".join(str(part) for part in place[1:]) or str(place[0])


def _sentence(error: Mapping[str, Any]) -> str:
    if any(isinstance(part, str) and REPLACEMENT in part for part in (error["input"], error["loc"][-1])):
        return NOT_UTF_8  # whatever else is wrong with it follows from that
    if error["type"] == "string_pattern_mismatch":
        return "holds characters that can't stand there"
    said = _SENTENCES.get(error["type"]) or str(error["msg"])
    return said[:1].lower() + said[1:]
