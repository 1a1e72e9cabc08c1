"""The addresses under which a mail's readers answer its cases."""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from desk.delivery import Delivery
from desk.ports.case_links import CaseLinks
from desk.short_link import new_link_id

_log = logging.getLogger(__name__)


class AnswerLinks:
    """Makes them. `api_url` is the desk's own address, with or without a slash at its end."""

    def __init__(self, links: CaseLinks, api_url: str, clock: Callable[[], datetime]) -> None:
        self._links = links
        self._url = f"{api_url.rstrip('/')}/answer/"
        self._clock = clock

    def make(self, deliveries: Sequence[Delivery], department: str) -> Mapping[str, str]:
        """A new address for each case to answer, for the people of `department`, by case; none when that fails."""
        return self.of(_to_answer(deliveries, department), department)

    def of(self, case_ids: Sequence[str], department: str) -> Mapping[str, str]:
        """A new address for each of the cases, for the people of `department`, by case; none when that fails."""
        if not case_ids:
            return {}
        try:
            made = self._links.make(case_ids, department, self._clock())
        except Exception:  # noqa: BLE001 - the mail says that links are missing; without it nobody would know of the cases
            _log.exception("no links for %s; its mail about %d cases goes out without", department, len(case_ids))
            return {}
        return {case_id: self._url + link_id for case_id, link_id in made.items()}

    def expected(self, deliveries: Sequence[Delivery], department: str) -> Mapping[str, str]:
        """Addresses that lead nowhere and are as long as those to be made: to see how much a mail can hold."""
        return {case_id: self._url + new_link_id() for case_id in _to_answer(deliveries, department)}


def _to_answer(deliveries: Sequence[Delivery], department: str) -> list[str]:
    return list(dict.fromkeys(one.case.id for one in deliveries if one.case and one.asks(department)))
