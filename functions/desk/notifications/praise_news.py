"""Mails departments the praise that people passed on to them."""

from collections.abc import Callable, Sequence

from desk.brand import Brand
from desk.errors import TopicsUnavailable, isolated
from desk.mentions.store import MentionStore
from desk.notifications.mail.parts import MAIL_BYTES
from desk.notifications.mail.praise import render_praise
from desk.notifications.notifier import Notifier
from desk.notifications.outbox_sender import OutboxReport
from desk.outbox.model import OutboxEntry
from desk.outbox.store import Outbox
from desk.praise.store import PraiseStore
from desk.reading import OPERATOR

_LIMIT = 100
"""How many a run sends: people pass on a few a day."""


class PraiseNews:
    """Sends a mail of its own for each; implements SendsEntries.

    A department has it twice if a run dies after the mail and before it removes the entry, never because of a person.
    """

    def __init__(
        self, outbox: Outbox, praise: PraiseStore, mentions: MentionStore, notifier: Notifier, brand: Brand
    ) -> None:
        self._outbox = outbox
        self._praise = praise
        self._mentions = mentions
        self._notifier = notifier
        self._brand = brand

    def send(self, entries: Sequence[OutboxEntry], goes_on: Callable[[], bool], report: OutboxReport) -> None:
        """Send each that can be sent; one that fails stays for the next run and stops no other."""
        for entry in entries[:_LIMIT]:
            if not goes_on():
                return
            with isolated(report.failures, f"praise {entry.subject}"):
                self._send_one(entry)

    def _send_one(self, entry: OutboxEntry) -> None:
        """Praise that was taken back, whose post is gone or whose department is in trial is dropped."""
        department, post_id = entry.recipient, entry.subject
        if self._brand.in_trial(department):
            return self._outbox.settle([entry])
        waits = any(each.department == department for each in self._praise.of_post(post_id))
        stored = self._mentions.get_many([post_id]).get(post_id) if waits else None
        if stored is None:
            return self._outbox.settle([entry])
        stands_in = self._notifier.has_no_subscribers(department)
        readers = (department, OPERATOR) if stands_in else (department,)
        if not self._notifier.reserve_mail(readers[-1]):
            return None
        if praise := self._praise.begin_sending(post_id, department):
            failures = [
                self._notifier.send_mail(
                    reader, render_praise(praise, stored.mention.post, reader, self._brand, max_bytes=MAIL_BYTES)
                )
                for reader in readers
            ]
            if failed := failures[-1]:  # where the operator stands in, nobody reads the other
                raise TopicsUnavailable(failed)
        return self._outbox.settle([entry])
