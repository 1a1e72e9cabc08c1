"""What people read, in the desk's language: one catalogue of phrases a language, chosen by key."""

from collections.abc import Mapping
from string import Formatter
from typing import Any

from desk.catalogue import (
    acknowledge_en,
    acknowledge_ko,
    answer_en,
    answer_ko,
    chase_en,
    chase_ko,
    danger_en,
    danger_ko,
    digest_answers_en,
    digest_answers_ko,
    digest_en,
    digest_ko,
    en,
    feedback_en,
    feedback_ko,
    ko,
    on_call_en,
    on_call_ko,
    posts_en,
    posts_ko,
)
from desk.catalogue.particles import particle

LANGUAGES: Mapping[str, Mapping[str, str]] = {
    "ko": {
        **ko.PHRASES,
        **acknowledge_ko.PHRASES,
        **on_call_ko.PHRASES,
        **posts_ko.PHRASES,
        **digest_ko.PHRASES,
        **digest_answers_ko.PHRASES,
        **answer_ko.PHRASES,
        **chase_ko.PHRASES,
        **danger_ko.PHRASES,
        **feedback_ko.PHRASES,
    },
    "en": {
        **en.PHRASES,
        **acknowledge_en.PHRASES,
        **on_call_en.PHRASES,
        **posts_en.PHRASES,
        **digest_en.PHRASES,
        **digest_answers_en.PHRASES,
        **answer_en.PHRASES,
        **chase_en.PHRASES,
        **danger_en.PHRASES,
        **feedback_en.PHRASES,
    },
}


def phrase(language: str, key: str, **values: object) -> str:
    """The phrase of `key` with its values filled in; raises KeyError for an unknown language, key or value.

    In a catalogue `{word:을/를}` is the word with the particle that fits it, `{word:|을/를}` the particle alone
    (for after a closing quotation mark). Values are never read as templates.
    """
    return _formatter.vformat(LANGUAGES[language][key], (), values)


class _PhraseFormatter(Formatter):
    def format_field(self, value: Any, format_spec: str) -> str:
        if "/" not in format_spec:
            return str(super().format_field(value, format_spec))
        word, pair = str(value), format_spec.removeprefix("|")
        chosen = particle(word, pair)
        return chosen if format_spec.startswith("|") else word + chosen


_formatter = _PhraseFormatter()
