"""What people read, in the desk's language: one catalogue of phrases a language, chosen by key."""

from collections.abc import Mapping
from string import Formatter
from typing import Any

from desk.i18n import answer_en, answer_ko, digest_en, digest_ko, en, ko
from desk.i18n.particles import particle

LANGUAGES: Mapping[str, Mapping[str, str]] = {
    "ko": {
        **ko.PHRASES,
        **digest_ko.PHRASES,
        **answer_ko.PHRASES,
    },
    "en": {
        **en.PHRASES,
        **digest_en.PHRASES,
        **answer_en.PHRASES,
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
