"""Who should hear of a department's cases, and who should be called, against who does."""

from collections.abc import Collection
from dataclasses import dataclass, field

from desk.brand import Brand, Department
from desk.errors import DeskError
from desk.notifications.subscribers import SubscriberRecords, Subscription, Subscriptions

ON_CALL = "on_call"
"""Stands for those on call where others are departments, whose keys have no underscore."""


@dataclass(slots=True)
class CompareReport:
    """Addresses that hear nothing, and why somebody could not be looked at, by department or ON_CALL.

    `nobody_on_call`: desk.yaml names somebody to call, and a call would reach none of them.
    """

    missing: dict[str, list[str]] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)
    nobody_on_call: bool = False


class Compare:
    """The use case: compares desk.yaml with the topics and records the result for routing."""

    def __init__(self, subscriptions: Subscriptions, notes: SubscriberRecords, brand: Brand) -> None:
        self._subscriptions = subscriptions
        self._notes = notes
        self._brand = brand

    def run(self) -> CompareReport:
        """Every department by itself: one that fails keeps its last note and stops no other. Then those on call."""
        report = CompareReport()
        for department in self._brand.departments.values():
            try:
                receiving = _receiving(self._subscriptions.email_subscriptions(department.key))
                missing = _missing(department, receiving)
                self._notes.record(department.key, len(receiving), missing)
            except Exception as exc:  # noqa: BLE001 - a failure for one department must not stop checking the others
                report.failures[department.key] = str(exc)
                continue
            if missing:
                report.missing[department.key] = missing
        self._compare_on_call(report)
        return report

    def _compare_on_call(self, report: CompareReport) -> None:
        wanted = {*self._brand.on_call.phones, *self._brand.on_call.webhooks}
        if not wanted:
            return
        try:
            missing = sorted(wanted.difference(self._subscriptions.on_call_endpoints()))
        except DeskError as exc:
            report.failures[ON_CALL] = str(exc)
            return
        if missing:
            report.missing[ON_CALL] = missing
        report.nobody_on_call = len(missing) == len(wanted)


def _receiving(subscriptions: Collection[Subscription]) -> frozenset[str]:
    """Who gets the mails and just these: without the filter, one would get every case's JSON as well."""
    return frozenset(s.email.casefold() for s in subscriptions if s.confirmed and s.mail_only)


def _missing(department: Department, receiving: frozenset[str]) -> list[str]:
    return sorted(email for email in department.emails if email.casefold() not in receiving)
