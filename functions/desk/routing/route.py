"""Mentions become readings, cases and news for departments. Stream, sweep and replay all come in here."""

import logging
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from desk.brand import Brand
from desk.cases.author_cases import RecentCases, returns_to
from desk.cases.model import Case, Event
from desk.cases.opt_outs import OptOuts
from desk.cases.routing import Entry, RoutingStore, Settlement, Step, StoredMention
from desk.errors import StoreBusy, failure_of
from desk.mentions.model import Mention, Stage
from desk.notifications.notifier import Notifier, entry_of, notifications_of, with_earlier_cases
from desk.notifications.on_call import OnCallCaller
from desk.reader import RoutingReader
from desk.reader.phrases import opts_out, speaks_of_self_harm
from desk.reader.pins import is_in_doubt
from desk.reading import OPERATOR, Kind, Need, Reading, Urgency, Why
from desk.routing.decide import case_id_for, decide

_ENTRIES = 45
"""Of one case in one step: two writes each, one for the case, and a transaction takes a hundred."""


@dataclass(slots=True)
class Plan:
    """Steps in the order in which they must be committed; why a mention could not be decided, by its id."""

    steps: list[Step] = field(default_factory=list)
    failures: dict[str, str] = field(default_factory=dict)


def plan(read: Sequence[tuple[Mention, Reading]], cases: Mapping[str, Case], brand: Brand) -> Plan:
    """Decide mentions oldest first, each on its case as the one before left it."""
    made = Plan()
    now: dict[str, Case] = dict(cases)
    befores: dict[str, Case | None] = {}
    groups: dict[str, list[Entry]] = {}
    for mention, reading in sorted(read, key=lambda pair: age_of(pair[0])):
        try:
            case_id = case_id_for(mention)
            decision = decide(mention, reading, now.get(case_id), brand)
        except Exception as exc:  # noqa: BLE001 - a failure in one mention must not stop the others
            made.failures[mention.id] = failure_of(exc)
            continue
        entry = Entry(mention, reading, decision.event, decision.case, decision.published)
        if decision.case is None:
            made.steps.append(Step((entry,), None))
            continue
        group = groups.setdefault(case_id, [])
        if len(group) == _ENTRIES:
            made.steps.append(Step(tuple(group), befores[case_id]))
            group.clear()
        if not group:
            befores[case_id] = now.get(case_id)
        group.append(entry)
        now[case_id] = decision.case
    made.steps += [Step(tuple(group), befores[case_id]) for case_id, group in groups.items()]
    return made


def age_of(mention: Mention) -> tuple[int, str]:
    """What sorts mentions oldest first; ids grow with time, longer ones are younger."""
    return len(mention.id), mention.id


def heed(mention: Mention, opt_outs: OptOuts) -> None:
    """Note the author's wish, if the mention has it; again changes nothing. Raises StoreBusy."""
    post = mention.post
    if opts_out(post.text):
        opt_outs.note(post.author_id, post.id, post.created_at)


READ_TRIES = 5
"""After so many failures to read a mention a person reads it."""

_LONE_TRIES = 3

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class RouteReport:
    """What a run did; `failures` says for each mention that must be tried again why."""

    read: int = 0
    opened: int = 0
    joined: int = 0
    published: int = 0
    mails: int = 0
    put_off: int = 0
    failures: dict[str, str] = field(default_factory=dict)
    left_to_sweep: list[str] = field(default_factory=list)
    """Those of the failures that are read and could not be published twice: no stream should stop for them."""
    urgent: list[str] = field(default_factory=list)
    """Cases that were opened or went on, and are urgent; none that the very first poll found."""


class Route:
    """The use case. A mention that is done is left alone, so the same ids may come again at any time.

    Between publishing and settling lies the one window that SNS leaves: it has no "publish if not published". A run
    that dies there, or that races another run over the same unpublished mention, makes a department hear of it twice.
    """

    def __init__(  # noqa: PLR0913 - what it works with, each named
        self,
        store: RoutingStore,
        reader: RoutingReader,
        notifier: Notifier,
        brand: Brand,
        clock: Callable[[], datetime],
        *,
        opt_outs: OptOuts,
    ) -> None:
        self._store = store
        self._reader = reader
        self._notifier = notifier
        self._brand = brand
        self._clock = clock
        self._opt_outs = opt_outs

    def run(self, mention_ids: Collection[str]) -> RouteReport:
        """Read, decide, store, publish, settle. Raises StoreBusy when not even the mentions could be read."""
        report, recent = RouteReport(), RecentCases(self._store.author_cases)
        stored = self._store.mentions(mention_ids)
        fresh = self._commit(self._read(stored.values(), report), recent, report)
        left = self._left_unpublished(stored.values(), report)
        heard = [entry for entry in fresh if entry.published] + left
        self._tell(heard, stored, recent, report)
        report.urgent = _urgent(heard)
        report.left_to_sweep = [key for key in report.failures if key in stored and _failed_before(stored[key])]
        self._note(report.failures)
        return report

    def _read(self, stored: Iterable[StoredMention], report: RouteReport) -> list[tuple[Mention, Reading]]:
        read = []
        for one in stored:
            if one.stage is not Stage.READING:
                continue
            try:
                read.append((one.mention, self._understood(one)))
            except Exception as exc:  # noqa: BLE001 - a failure in one mention must not stop the others
                report.failures[one.mention.id] = failure_of(exc)
        return read

    def _understood(self, stored: StoredMention) -> Reading:
        """The reader's reading, or, after several failures, one that brings a person to look.

        A wish to get no replies that could not be noted is a failure as well.
        """
        try:
            mention = _sound(stored)
            heed(mention, self._opt_outs)
            return self._reader.read(mention).handling_only()
        except Exception:
            if stored.failures + 1 < READ_TRIES:
                raise
            return _unreadable(stored.mention)

    def _commit(self, read: list[tuple[Mention, Reading]], recent: RecentCases, report: RouteReport) -> list[Entry]:
        """Store what was read; the entries that this run, not another one, stored."""
        if not read:
            return []
        cases = self._store.cases({case_id_for(mention) for mention, _ in read})
        read = [(mention, self._returning(mention, reading, cases, recent)) for mention, reading in read]
        planned = plan(read, cases, self._brand)
        done = self._store.commit(planned.steps, self._clock())
        report.failures |= planned.failures | done.failed
        lost = done.contested | done.failed.keys()
        entries = [entry for step in planned.steps for entry in step.entries if entry.mention.id not in lost]
        readings = {mention.id: reading for mention, reading in read}
        for step in planned.steps:
            for entry in step.entries:
                if entry.mention.id in done.contested:
                    entries += self._commit_alone(entry.mention.id, readings[entry.mention.id], report)
        _count(entries, report)
        return entries

    def _returning(self, mention: Mention, reading: Reading, cases: Mapping[str, Case], recent: RecentCases) -> Reading:
        """What is in doubt and joins no case, read anew with the author's last case, if a department has that."""
        if not is_in_doubt(reading) or case_id_for(mention) in cases:
            return reading
        last = returns_to(recent.of(mention.post.author_id, mention.received_at), mention.received_at)
        if last is None or last.department not in self._brand.departments:
            return reading
        try:
            return self._reader.read(mention, last).handling_only()
        except Exception:  # noqa: BLE001 - one mention must not hold up the others
            _log.exception("%s is routed as it was read at first", mention.id)
            return reading

    def _commit_alone(self, mention_id: str, reading: Reading, report: RouteReport) -> list[Entry]:
        """Decide one mention anew on what is stored now; nothing if another run has it, which also publishes it."""
        try:
            for _ in range(_LONE_TRIES):
                stored = self._store.mentions([mention_id]).get(mention_id)
                if stored is None or stored.stage is not Stage.READING:
                    return []
                cases = self._store.cases([case_id_for(stored.mention)])
                planned = plan([(stored.mention, reading)], cases, self._brand)
                done = self._store.commit(planned.steps, self._clock())
                report.failures |= planned.failures | done.failed
                if not done.contested:
                    return [] if mention_id in report.failures else list(planned.steps[0].entries)
        except StoreBusy as exc:
            report.failures[mention_id] = failure_of(exc)
            return []
        report.failures[mention_id] = f"contested {_LONE_TRIES} times"
        return []

    def _left_unpublished(self, stored: Iterable[StoredMention], report: RouteReport) -> list[Entry]:
        """What an earlier run read and did not bring to its department."""
        left = [one for one in stored if one.stage is Stage.PUBLISHING]
        case_ids = {one.outcome.case_id for one in left if one.outcome and one.outcome.case_id}
        try:
            cases = self._store.cases(case_ids) if case_ids else {}
        except StoreBusy as exc:
            report.failures |= {one.mention.id: failure_of(exc) for one in left}
            return []
        entries = {one.mention.id: entry_of(one, cases) for one in left}
        report.failures |= {key: "its item does not say what to publish" for key, entry in entries.items() if not entry}
        return [entry for entry in entries.values() if entry]

    def _tell(
        self, entries: list[Entry], stored: Mapping[str, StoredMention], recent: RecentCases, report: RouteReport
    ) -> None:
        if not entries:
            return
        try:
            known = (one.mention for one in stored.values())
            notifications = notifications_of(entries, self._store, self._brand, known)
            mailed = {key for key, one in stored.items() if one.mailed}
            told = self._notifier.publish([with_earlier_cases(each, recent) for each in notifications], mailed)
        except StoreBusy as exc:
            report.failures |= {entry.mention.id: failure_of(exc) for entry in entries}
            return
        report.published, report.mails, report.put_off = told.published, told.mails, len(told.put_off)
        report.failures |= told.failures | self._settle(told.settlements)

    def _settle(self, settlements: list[Settlement]) -> dict[str, str]:
        try:
            moved = [s for s in settlements if s.stage is not Stage.PUBLISHING or s.mailed]
            return self._store.settle(moved, self._clock())
        except Exception as exc:  # noqa: BLE001 - raised, it would make the others of the batch be told again as well
            return {settlement.mention.id: failure_of(exc) for settlement in settlements}

    def _note(self, failures: Mapping[str, str]) -> None:
        try:
            self._store.note_failures(failures, self._clock())
        except StoreBusy:
            return  # the mentions still wait, which is what counts


def _urgent(entries: Iterable[Entry]) -> list[str]:
    urgent = (e.case.id for e in entries if e.case and e.case.urgency is Urgency.HIGH and not e.mention.backlog)
    return list(dict.fromkeys(urgent))


def _failed_before(stored: StoredMention) -> bool:
    return stored.stage is Stage.PUBLISHING and stored.failures > 0


def _sound(stored: StoredMention) -> Mention:
    if stored.fault:
        raise ValueError(stored.fault)
    return stored.mention


def _count(entries: Iterable[Entry], report: RouteReport) -> None:
    for entry in entries:
        report.read += 1
        if entry.event is Event.CASE_OPENED:
            report.opened += 1
        elif entry.case is not None:
            report.joined += 1


def _unreadable(mention: Mention) -> Reading:
    """What nobody but a person can read; it counts as an inquiry, so that somebody does.

    What speaks of suicide or self-harm is urgent all the same.
    """
    danger = speaks_of_self_harm(mention.post.text)
    return Reading(
        kind=Kind.INQUIRY,
        need=Need.INFORMATION,
        department=OPERATOR,
        urgency=Urgency.HIGH if danger else Urgency.NORMAL,
        lang=mention.post.lang or "und",
        confidence=0.0,
        why=(Why("unreadable"),),
        wakes=danger,
        danger=danger,
    )


class RouteAndCall:
    """The use case of the function that follows the stream. `clock` is the machine's.

    Nobody tries a call again here: the task of every minute finds what was not told of.
    """

    def __init__(self, route: Route, store: RoutingStore, caller: OnCallCaller, clock: Callable[[], datetime]) -> None:
        self._route = route
        self._store = store
        self._caller = caller
        self._clock = clock

    def run(self, mention_ids: Collection[str]) -> RouteReport:
        """As Route.run; then notifies the people on call of the urgent cases that these mentions opened or raised."""
        report = self._route.run(mention_ids)
        if report.urgent and self._caller.is_configured:
            self._call(report.urgent)
        return report

    def _call(self, case_ids: Collection[str]) -> None:
        try:
            called = self._caller.call(list(self._store.cases(case_ids).values()), self._clock())
        except Exception:  # noqa: BLE001 - the mentions are routed; raised, it would have them driven again
            _log.exception("nobody on call could be told")
            return
        if called.failures:
            _log.error("calls failed: %s", called.failures)
