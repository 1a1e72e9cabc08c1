"""Pure transitions of a case: each takes the case as it was seen and returns it as it is afterwards.

None of them reads the clock or writes anything. The caller saves the result in place of the case that it read, so that
of several callers who read the same case one succeeds.
"""

from collections.abc import Iterable
from datetime import datetime

from desk.brand import Brand
from desk.cases.model import (
    WAITING,
    Case,
    CaseEvent,
    CaseState,
    Doubt,
    Draft,
    Place,
    Queue,
    Reminded,
    ReplyAs,
    Review,
    queue_of,
)
from desk.mentions.model import Mention
from desk.promises.model import Ending, Promise, ended, still_open
from desk.reading import ANSWERED, Kind, Reading, Safety, Urgency, agreeing_need, stronger
from desk.working_time import due_at

ANSWERABLE = WAITING - {CaseState.QUEUED}
"""States in which a reply may be sent: not while another one is queued."""

OVER = frozenset({CaseState.ANSWERED, CaseState.MOVED})
"""States in which the author has an answer or was invited to a private message; only closing the case is left."""

CLOSABLE = ANSWERABLE | OVER
"""States in which a person may close the case."""

_STATE_AFTER = {
    ReplyAs.ANSWER: CaseState.ANSWERED,
    ReplyAs.HOLDING: CaseState.PROMISED,
    ReplyAs.PRIVATE: CaseState.MOVED,
}


def waited_since(case: Case, events: Iterable[CaseEvent]) -> datetime | None:
    """Since when the author has waited for the answer that is given now; None if that was answered before."""
    was_answered = any(event.asked_at == case.asked_at for event in events)
    return case.asked_at if case.state in WAITING and not was_answered else None


def taken(case: Case, by: str) -> Case:
    """The case with a holder."""
    return case._replace(holder=by)


def drafted(case: Case, draft: Draft) -> Case:
    """The case with a draft that the operator has yet to send; it replaces an earlier draft."""
    return _accepted(case)._replace(
        state=CaseState.DRAFTED, draft=draft, review=None, snoozed_until=None, awaits_release=False
    )


def returned(case: Case, comment: str) -> Case:
    """The case with its draft back at the department, which is to work on it as the comment says."""
    draft = case.draft._replace(comment=comment) if case.draft else None
    return case._replace(state=_state_without_draft(case), draft=draft, review=None, snoozed_until=None)


def waits_at_department(case: Case) -> bool:
    """Whether the case waits for the answer of its department, which was notified of it."""
    return queue_of(case._replace(snoozed_until=None)) is Queue.AT_DEPARTMENT


def reminded(case: Case, by: str, at: datetime) -> Case:
    """The case of which this person had the department reminded."""
    return case._replace(reminded=Reminded(by, at))


def _state_without_draft(case: Case) -> CaseState:
    return CaseState.PROMISED if case.promised_until or still_open(case.promises) else CaseState.OPEN


def snoozed(case: Case, until: datetime) -> Case:
    """The case put off until then. Its deadline runs on."""
    return case._replace(snoozed_until=until)


def woken(case: Case) -> Case:
    """The case back in its queue."""
    return case._replace(snoozed_until=None)


def reopened(case: Case, at: datetime, due_at: datetime) -> Case:
    """An answered or closed case that a person opened again: it waits from now on. Nobody is called for it."""
    return _waiting_anew(case, at, due_at)._replace(wakes=False, review=None, snoozed_until=None)


def queued(case: Case, post_id: str, draft: Draft, reply_as: ReplyAs, *, promise: Promise | None = None) -> Case:
    """The case with a queued reply, which has the text of the draft, and with the promise that the reply makes.

    Until the reply is on X, an earlier promise stands beside the new one.
    """
    return _accepted(case)._replace(
        state=CaseState.QUEUED,
        draft=draft,
        post_id=post_id,
        reply_as=reply_as,
        promises=(*case.promises, *([promise] if promise else [])),
        promised_until=promise.due_at if promise else case.promised_until,
        review=None,
        snoozed_until=None,
    )


def reply_posted(case: Case, at: datetime) -> Case:
    """The case after its reply was posted to X: an answer or a private reply ends the waiting, a holding one not."""
    return _after_reply(case, case.reply_as, at)._replace(draft=None)


def reply_not_posted(case: Case, why: str = "", *, promise_stands: bool = False) -> Case:
    """The case after its reply wasn't posted to X: the text becomes a draft again; an earlier promise remains.

    `why` is the text of the event. `promise_stands`: the part of it that is on X makes its promise.
    """
    case = _with_promise_on_x(case, None) if promise_stands else _without_promise_of_reply(case)
    return case._replace(
        state=CaseState.DRAFTED if case.draft else _state_without_draft(case),
        post_id=None,
        reply_as=ReplyAs.ANSWER,
        review=Review.REPLY,
        not_posted=why or None,
    )


def _with_promise_on_x(case: Case, at: datetime | None) -> Case:
    """The case after the reply with its newest promise was posted, which takes the place of any earlier one."""
    new = {case.post_id} & {promise.post_id for promise in still_open(case.promises)}
    others = {promise.post_id for promise in case.promises} - new
    return case._replace(promises=ended(case.promises, Ending.MOVED, others, at=at)) if new else case


def _without_promise_of_reply(case: Case) -> Case:
    """The case without the promise of a reply that is not on X: an earlier one counts again."""
    if case.post_id not in {promise.post_id for promise in case.promises}:
        return case
    promises = ended(case.promises, Ending.NOT_POSTED, {case.post_id})
    standing = [each for each in still_open(promises) if not (case.alarmed_at and each.made_at < case.alarmed_at)]
    return case._replace(promises=promises, promised_until=standing[-1].due_at if standing else None)


def reply_taken_down(case: Case, post_id: str) -> Case:
    """The case after its reply was deleted on X, with which its promise is gone; an earlier one was moved for good."""
    promises = ended(case.promises, Ending.TAKEN_DOWN, {post_id})
    if still_open(promises) == case.promises:
        return case
    after = case._replace(promises=promises, promised_until=None)
    return after._replace(state=CaseState.OPEN) if case.state is CaseState.PROMISED else after


def reply_undone(case: Case, before: Draft | None) -> Case:
    """The case after a person took its reply back: as it was, with the department's draft from before, if any.

    Else it keeps the text, which is its writer's own and no draft for others.
    """
    after = reply_not_posted(case)._replace(review=None)
    return after._replace(draft=before) if before else after._replace(state=_state_without_draft(after))


def replied_on_x(case: Case, reply_as: ReplyAs, at: datetime) -> Case:
    """The case after somebody replied on X itself; the draft is kept only if that reply was a holding one."""
    after = _accepted(case)._replace(reply_as=reply_as, post_id=None, review=None, snoozed_until=None)
    return _after_reply(after, reply_as, at)._replace(draft=case.draft if reply_as is ReplyAs.HOLDING else None)


def _after_reply(case: Case, reply_as: ReplyAs, at: datetime) -> Case:
    state = _STATE_AFTER[reply_as]
    if state not in OVER:
        return _with_promise_on_x(case, at)._replace(state=state, asks=0, asked_again_at=None)
    promises = ended(case.promises, Ending.KEPT, at=at)
    return _accepted(case)._replace(state=state, answered_at=at, awaits_release=False, promises=promises)


def wrote_privately(case: Case, at: datetime) -> Case:
    """The case after its author wrote in the private conversation; a person answers there and closes the case."""
    return case._replace(wrote_privately_at=at, snoozed_until=None)


def handed(case: Case, department: str, due_at: datetime) -> Case:
    """The case at another department, with a new due time and without a holder. What was promised stands."""
    return _accepted(case)._replace(
        department=department,
        due_at=due_at,
        holder=None,
        draft=None,
        state=_state_without_draft(case),
        review=None,
        snoozed_until=None,
        awaits_release=False,
        reminded=None,
    )


def place_of(case: Case, *, drops_draft: bool = True) -> Place | None:
    """How the case is, so that the step after it can be taken back; None if that would lose something.

    Most steps drop a draft, and are a decision about a trial's case.
    """
    if drops_draft and (case.draft or case.awaits_release):
        return None
    place = Place(**{name: getattr(case, name) for name in Place._fields})
    return place._replace(promises=tuple(promise._replace(words="") for promise in case.promises))


def taken_back(case: Case, place: Place) -> Case:
    """The case as it was before the step."""
    if place.state is None:
        first = {name: getattr(place, name) for name in Place._fields[: Place._fields.index("state")]}
        return case._replace(**first, state=_state_without_draft(case))
    now = {promise.key: promise for promise in case.promises}
    promises = tuple(now.get(promise.key, promise) for promise in place.promises)
    return case._replace(**place._asdict() | {"promises": promises})


def awaiting_release(case: Case) -> Case:
    """The case waiting for a person to release it: its department is in trial."""
    return case._replace(awaits_release=True)


def released(case: Case, due_at: datetime) -> Case:
    """The case of a trial at the department that was proposed, which has to answer from now on."""
    return handed(case, case.department, due_at)


def misread(case: Case, kind: Kind, department: str, due_at: datetime) -> Case:
    """The case with its kind corrected, handed over to the right department."""
    return handed(_decided(case, kind), department, due_at)


def raised(case: Case, due_at: datetime, at: datetime) -> Case:
    """The case after a person marked it as urgent: without a holder, and no longer put off by a promise.

    Of a case that was to be checked, this says that somebody is in danger.
    Here and below, `due_at` counts from when the author began to wait, as if the case had been read so from the start.
    """
    return case._replace(
        urgency=Urgency.HIGH,
        wakes=True,
        safety=Safety.DANGER if case.safety else None,
        unseen_since=None,
        alarmed_at=at,
        holder=None,
        promised_until=None,
        first_due_at=due_at,
        due_at=due_at,
        snoozed_until=None,
    )


def lowered(case: Case, due_at: datetime) -> Case:
    """The case after a person marked it as not urgent: the people on call are no longer woken for it."""
    return case._replace(urgency=Urgency.NORMAL, wakes=False, first_due_at=due_at, due_at=due_at)


def cleared(case: Case) -> Case:
    """The case after a person found that nobody's safety is to be checked: it is handled as any other."""
    return case._replace(safety=None, unseen_since=None)


def seen(case: Case) -> Case:
    """The case after a person has opened it or acted on it."""
    return case._replace(unseen_since=None)


def with_safety(case: Case, mention: Mention, reading: Reading) -> Case:
    """The case after a mention that was read so: handled with the more care of the two.

    What is to be checked waits to be opened, unless the very first poll found it.
    """
    if reading.safety is None:
        return case
    after = case._replace(safety=stronger(case.open_safety, reading.safety))
    if after.safety is not Safety.CHECK:
        return after._replace(unseen_since=None)
    return after if mention.backlog else after._replace(unseen_since=case.unseen_since or mention.received_at)


def closed(case: Case, kind: Kind | None = None) -> Case:
    """The case closed, with its kind corrected where one is given."""
    return _decided(case, kind)._replace(
        state=CaseState.CLOSED,
        draft=None,
        review=None,
        snoozed_until=None,
        awaits_release=False,
        promises=ended(case.promises, Ending.CLOSED),
    )


def doubted(case: Case, mention: Mention, reading: Reading) -> Case:
    """The case with a mention that a person has to review, if it was read so."""
    if not reading.review:
        return case
    others = tuple(doubt for doubt in case.doubts if doubt.mention_id != mention.id)
    return case._replace(review=case.review or Review(reading.kind), doubts=(*others, Doubt(mention.id, reading.kind)))


def _accepted(case: Case) -> Case:
    """The case after a person took what was to review for something to answer: it is an inquiry, if not more."""
    if all(doubt.is_decided for doubt in case.doubts):
        return case
    return _decided(case, case.kind if case.kind in ANSWERED else Kind.INQUIRY)


def _decided(case: Case, kind: Kind | None) -> Case:
    """The case after a person decided what it is, and what was to review: without a `kind`, all is as it was read."""
    doubts = tuple(
        doubt if doubt.is_decided else Doubt(doubt.mention_id, kind or doubt.kind, is_decided=True)
        for doubt in case.doubts
    )
    return _as_kind(case._replace(doubts=doubts), kind or case.kind)


def _as_kind(case: Case, kind: Kind) -> Case:
    return case._replace(kind=kind, need=agreeing_need(kind, case.need))


_RANK = {Urgency.LOW: 0, Urgency.NORMAL: 1, Urgency.HIGH: 2}


def asked_again(case: Case, mention: Mention, reading: Reading, brand: Brand, *, is_new: bool = True) -> Case:
    """The case after a mention that asks for an answer: it waits again, or, if it was waiting, may become more urgent.

    An edit, or a mention that is not new to the case, asks nothing more than before. A promise for the calmer matter
    doesn't put off a more urgent one or danger, and its holder may not know it.
    """
    due = due_at(mention.received_at, reading.kind, reading.urgency, brand)
    if case.kind not in ANSWERED and reading.kind in ANSWERED:
        case = case._replace(kind=reading.kind, need=reading.need)
    if case.state not in WAITING:
        return doubted(_reopened(case, mention.received_at, reading, due), mention, reading)
    case = doubted(case, mention, reading)
    if is_new and not mention.is_edit:
        again_at = case.asked_again_at or (mention.received_at if case.asks else None)
        case = case._replace(asks=case.asks + 1, asked_again_at=again_at)
    if _RANK[reading.urgency] > _RANK[case.urgency]:
        return _raised(case, mention.received_at, reading, due)
    waits = case._replace(wakes=case.wakes or reading.wakes)
    if reading.safety is Safety.DANGER and case.safety is not Safety.DANGER:
        return waits._replace(holder=None, promised_until=None, alarmed_at=mention.received_at)
    return waits._replace(holder=None) if waits.wakes and not case.wakes else waits


def _raised(case: Case, at: datetime, reading: Reading, due: datetime) -> Case:
    """The case with a higher urgency, and so due sooner.

    A case that becomes urgent loses its holder: the person who took the calmer matter may be asleep. Neither an earlier
    promise nor a due time that has passed applies any more.
    """
    raised = case._replace(
        urgency=reading.urgency,
        wakes=case.wakes or reading.wakes,
        first_due_at=min(due, case.first_due_at),
        due_at=min(due, case.due_at),
    )
    if reading.urgency is not Urgency.HIGH:
        return raised
    return raised._replace(holder=None, promised_until=None, due_at=due if case.due_at <= at else raised.due_at)


def _reopened(case: Case, asked_at: datetime, reading: Reading, due: datetime) -> Case:
    """The case waiting again, with the same holder unless it is urgent, and without its earlier reply."""
    return _waiting_anew(case, asked_at, due)._replace(
        holder=None if reading.urgency is Urgency.HIGH else case.holder,
        urgency=reading.urgency,
        wakes=reading.wakes,
        review=None,
    )


def _waiting_anew(case: Case, asked_at: datetime, due: datetime) -> Case:
    """The case open again since then, without its earlier reply."""
    return case._replace(
        state=CaseState.OPEN,
        asked_at=asked_at,
        asks=1,
        asked_again_at=None,
        first_due_at=due,
        due_at=due,
        draft=None,
        post_id=None,
        reply_as=ReplyAs.ANSWER,
        promised_until=None,
        awaits_release=False,
        reminded=None,
    )
