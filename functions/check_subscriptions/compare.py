"""Compares the addresses and phones of the live settings with the subscriptions of the topics."""

from collections.abc import Collection
from dataclasses import dataclass, field

from desk.ascii import ascii_lower
from desk.brand import Brand, Department
from desk.errors import DeskError
from desk.notifications.topics import Subscribers, Subscription, Subscriptions

ON_CALL = "on_call"
"""Stands for the people on call among the keys of departments, which have no underscore."""


@dataclass(slots=True)
class CompareReport:
    """Addresses that receive nothing, and why something could not be checked, by department or ON_CALL.

    `nobody_on_call`: the settings name somebody to call, and a call would reach none of them.
    """

    missing: dict[str, list[str]] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)
    nobody_on_call: bool = False


class CompareSubscriptions:
    """Compares the settings with the topics, and records the departments' subscribers for routing."""

    def __init__(self, subscriptions: Subscriptions, subscribers: Subscribers, brand: Brand) -> None:
        self._subscriptions = subscriptions
        self._subscribers = subscribers
        self._brand = brand

    def compare(self) -> CompareReport:
        """Check each department, then those on call. A department that fails keeps its record and stops no other."""
        report = CompareReport()
        for department in self._brand.departments.values():
            try:
                receiving = _receiving(self._subscriptions.email_subscriptions(department.key))
                missing = _missing(department, receiving)
                self._subscribers.record(department.key, len(receiving), missing)
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
    """The addresses that get mails and nothing else; without the filter they would get every case's JSON as well."""
    return frozenset(ascii_lower(s.email) for s in subscriptions if s.confirmed and s.mail_only)


def _missing(department: Department, receiving: frozenset[str]) -> list[str]:
    return sorted(email for email in department.emails if ascii_lower(email) not in receiving)
