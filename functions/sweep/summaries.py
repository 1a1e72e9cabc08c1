"""The mail that lists what a department's mail budget put off."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from desk.brand import Brand
from desk.delivery import Delivery
from desk.errors import StoreBusy, TopicsUnavailable
from desk.mail import MAIL_BYTES, Mail, render_summary
from desk.ports.routing_store import RoutingStore, Settlement, Stage
from desk.reading import OPERATOR, Urgency
from route_inquiry.deliveries import delivery_of, entry_of
from route_inquiry.publish import Publisher

_BY_URGENCY = (Urgency.HIGH, Urgency.NORMAL, Urgency.LOW)


class Summaries:
    """Sends one summary to a department if its budget allows; what does not fit into it waits for the next."""

    def __init__(self, store: RoutingStore, publisher: Publisher, brand: Brand, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._publisher = publisher
        self._brand = brand
        self._clock = clock

    def send(self, department: str, mention_ids: Sequence[str]) -> bool:
        """Whether a summary of these mentions, or of the most urgent ones, was sent.

        What nobody hears there waits for the operator's summary next, which so is one for all departments. Raises
        StoreBusy, and TopicsUnavailable when SNS did not take it; the mentions then go on waiting.
        """
        waiting = self._deliveries(mention_ids)
        if waiting and not self._is_known(department):
            self._settle([Settlement(delivery.mention, Stage.MAILING, OPERATOR) for delivery in waiting])
            return False
        if not waiting or not self._publisher.may_mail(department):
            return False
        mail, listed = self._written(department, waiting)
        silent = self._publisher.is_silent(department)
        failed = self._publisher.publish_summary(department, mail)
        if failed and not silent:
            raise TopicsUnavailable(failed)
        stage, heir = (Stage.MAILING, OPERATOR) if silent else (Stage.NOTHING, None)
        self._settle([Settlement(delivery.mention, stage, heir) for delivery in listed])
        return not failed

    def _is_known(self, department: str) -> bool:
        return department == OPERATOR or department in self._brand.departments

    def _settle(self, settlements: Sequence[Settlement]) -> None:
        failed = self._store.settle(settlements, self._clock())
        if failed:
            raise StoreBusy(f"{len(failed)} of {len(settlements)} will be listed again: {next(iter(failed.values()))}")

    def _deliveries(self, mention_ids: Sequence[str]) -> list[Delivery]:
        """What still waits for this summary, the most urgent first; the index may be behind."""
        stored = [one for one in self._store.mentions(mention_ids).values() if one.stage is Stage.MAILING]
        case_ids = {one.outcome.case_id for one in stored if one.outcome and one.outcome.case_id}
        cases = self._store.cases(case_ids) if case_ids else {}
        entries = [entry for one in stored if (entry := entry_of(one, cases))]
        deliveries = [delivery_of(entry, self._brand) for entry in entries]  # a list shows no threads
        return sorted(deliveries, key=lambda d: (_BY_URGENCY.index(d.urgency), d.mention.id))

    def _written(self, department: str, waiting: list[Delivery]) -> tuple[Mail, list[Delivery]]:
        """One mail and what it lists, with links that are made only once it is known for which cases."""
        links = self._publisher.links
        _, listed = self._fitting(department, waiting, links.expected(waiting, department))
        return self._fitting(department, listed, links.make(listed, department))

    def _fitting(
        self, department: str, waiting: list[Delivery], links: Mapping[str, str]
    ) -> tuple[Mail, list[Delivery]]:
        """As many as one mail lists, most urgent first."""
        listed = waiting
        while True:
            mails = render_summary(listed, department, self._brand, links=links, max_bytes=MAIL_BYTES)
            if len(mails) == 1 or len(listed) == 1:
                return mails[0], listed
            listed = listed[: len(listed) // 2]
