"""Queries of X's search for posts that talk about the brand without mentioning it.

Terms are alternatives. After them comes what the whole query leaves out. X matches single words, so a phrase, and
anything with punctuation, is quoted.
"""

import unicodedata
from collections.abc import Sequence

from desk.brand import ListenSettings

LONGEST = 512
"""The most characters of a query that X takes."""

_OPERATORS = frozenset({"or", "and", "not"})


class QueryTooLong(ValueError):
    """What the query leaves out is so long that `term` does not fit into it as well."""

    def __init__(self, term: str, length: int) -> None:
        super().__init__(f"{term!r} makes a query of {length} characters; X takes {LONGEST}")
        self.term = term


def queries(settings: ListenSettings, handle: str) -> tuple[str, ...]:
    """The queries, each of at most 512 characters, that together find every term and hashtag; none if there are none.

    The longest terms come first, each into the first query that has room for it, so that the queries are few. The same
    settings always make the same queries. Raises QueryTooLong.
    """
    rest = _rest(settings, handle)
    groups: list[list[str]] = []
    terms = dict.fromkeys([*map(quoted, settings.terms), *(f"#{tag}" for tag in settings.hashtags)])
    for term in sorted(terms, key=lambda term: (-len(term), term)):
        group = next((group for group in groups if len(_query([*group, term], rest)) <= LONGEST), None)
        if group is not None:
            group.append(term)
            continue
        length = len(_query([term], rest))
        if length > LONGEST:
            raise QueryTooLong(term, length)
        groups.append([term])
    return tuple(_query(group, rest) for group in groups)


def quoted(words: str) -> str:
    """The words as X searches for them: a single plain word as it is, anything else as an exact phrase."""
    is_plain = all(each.isalnum() or each == "_" for each in words)
    return words if is_plain and words.casefold() not in _OPERATORS else f'"{words}"'


def unsearchable(words: str) -> str | None:
    """Why X can't search for these words, as the end of a sentence that begins with their place; None if it can."""
    if '"' in words or "\\" in words:
        return "must have neither quotation marks nor backslashes, which X's search has no way to write"
    if words.startswith(("#", "@", "$")):
        return f"must not begin with {words[0]}: X's search would ignore it; hashtags have a list of their own"
    if not any(each.isalnum() or unicodedata.category(each) == "So" for each in words):
        return "has neither letters nor digits, so that X's search would find nothing"
    return None


def _query(terms: Sequence[str], rest: str) -> str:
    return f"{terms[0] if len(terms) == 1 else f'({" OR ".join(terms)})'} {rest}"


def _rest(settings: ListenSettings, handle: str) -> str:
    """The conditions for every post: its language, and that the timeline of mentions does not have it."""
    languages = [f"lang:{language}" for language in settings.languages]
    only = [f"({' OR '.join(languages)})"] if len(languages) > 1 else languages
    own = ["-is:retweet", f"-@{handle}", f"-from:{handle}", f"-to:{handle}"]
    without = [f"-{quoted(word)}" for word in settings.without_words]
    accounts = [f"-from:{account}" for account in settings.without_accounts]
    return " ".join([*only, *own, *without, *accounts])
