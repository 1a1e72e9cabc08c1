"""Whether the links of a text answer, remembered for some minutes: people go on typing beside a link."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from desk.checks.model import LinkCheck
from desk.fetch.model import NOT_CHECKED, LinkAnswer, LinkChecker

_ANSWERS_FOR = timedelta(minutes=10)
_FAILS_FOR = timedelta(minutes=1)
"""A page that does not answer may be published next minute."""
_REMEMBERED = 200
_MOST = 2
"""Links of one text that are asked for, one after the other; X shows a card for one."""


class LinkChecks:
    """Implements ChecksLinks with a checker. What it remembers lasts as long as the process."""

    def __init__(self, checker: LinkChecker) -> None:
        self._checker = checker
        self._known: dict[str, tuple[datetime, LinkAnswer]] = {}

    def check(self, urls: Sequence[str], now: datetime) -> list[LinkCheck]:
        """See ChecksLinks."""
        asked = [(url, self._answer(_with_scheme(url), now)) for url in urls[:_MOST]]
        left = [(url, LinkAnswer(None, NOT_CHECKED)) for url in urls[_MOST:]]
        return [LinkCheck(url, answer.answers, answer.detail) for url, answer in [*asked, *left]]

    def known(self, urls: Sequence[str], now: datetime) -> list[LinkCheck]:
        """What is remembered of these links. Nobody is asked."""
        found = [(url, self._remembered(_with_scheme(url), now)) for url in urls]
        return [LinkCheck(url, answer.answers, answer.detail) for url, answer in found if answer]

    def _remembered(self, url: str, now: datetime) -> LinkAnswer | None:
        known = self._known.get(url)
        return known[1] if known and now < known[0] else None

    def _answer(self, url: str, now: datetime) -> LinkAnswer:
        if known := self._remembered(url, now):
            return known
        answer = self._checker.check(url)
        while len(self._known) >= _REMEMBERED:
            del self._known[next(iter(self._known))]
        self._known[url] = now + (_ANSWERS_FOR if answer.answers else _FAILS_FOR), answer
        return answer


def _with_scheme(url: str) -> str:
    """The URL as browsers open it: X makes links of bare domains, too."""
    return url if url.lower().startswith(("http://", "https://")) else f"https://{url}"
