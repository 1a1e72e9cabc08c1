"""Lives of a case at the whole desk: no reply is sent twice, confirmed too early, or lost."""

from collections import Counter
from collections.abc import Iterator

import pytest

from desk.cases.model import WAITING, CaseEvent, CaseEventKind, CaseState
from desk.posts.model import PostState
from desk.promises.model import Ending
from tests.unit.replies.life import OUTCOMES, POSTED, DeskLife

LIVES = 320
PARTS = 2
ENDED = frozenset({CaseEventKind.ANSWERED, CaseEventKind.MOVED})


def lived(seed: int, *, is_skewed: bool = True) -> DeskLife:
    life = DeskLife(seed, is_skewed=is_skewed)
    life.goes_on(50)
    life.recovers()
    return life


def problems_of(life: DeskLife) -> Iterator[str]:
    yield from life.wrongs
    sent = Counter((post.text, post.in_reply_to) for post in life.x.made if post.id in life.desks)
    yield from (f"sent twice: {text}" for text, times in sent.items() if times > 1)
    yield from _wrong_outcomes(life)
    yield from _wrong_external_replies(life)
    if _is_unanswered(life) and life.case.state not in WAITING:
        yield f"somebody asked, and nobody waits: {life.case}"
    yield from _wrong_clocks(life)
    yield from _wrong_promises(life)
    yield from (f"nobody was notified: {entry}" for entry in life.cases.entries.values())


def _wrong_outcomes(life: DeskLife) -> Iterator[str]:
    """Each reply has one outcome, and the case records it."""
    for event in (one for one in life.events if one.what is CaseEventKind.QUEUED):
        first, second = (life.store.posts.get(f"{event.post_id}{part}") for part in ("", "-2"))
        last = second or first
        if last and last.state is PostState.IN_DOUBT:
            continue
        ends = [one.what for one in life.events if one.post_id == event.post_id and one.what in OUTCOMES]
        stands = last is not None and last.state is PostState.PUBLISHED
        if not ends or (ends[-1] in POSTED) is not stands or len(ends) > 1 + (ends[0] is CaseEventKind.NOT_SAID):
            yield f"{ends}, but {last}"
        if life.case.state is CaseState.QUEUED and life.case.post_id == event.post_id:
            yield f"on its way for ever: {last}"


def _wrong_external_replies(life: DeskLife) -> Iterator[str]:
    """Each answer by hand is recorded once."""
    recorded = Counter(event.x_id for event in life.events if event.is_external_reply)
    yield from (f"recorded {recorded[post.id]} times: {post}" for post in life.hands if recorded[post.id] != 1)


def _wrong_clocks(life: DeskLife) -> Iterator[str]:
    """An answered author does not wait any longer; one who asks again waits from then on."""
    last = next((event for event in reversed(life.events) if event.what is not CaseEventKind.TAKEN), None)
    if last is None or last.what not in ENDED or life.case.state is not CaseState.OPEN:
        return
    if last.asked_at == life.case.asked_at:
        yield f"it goes on waiting for what was answered: {life.case}"
    if not life.is_skewed and not _is_unanswered(life):
        yield f"it waits though it was answered: {life.case}"


def _wrong_promises(life: DeskLife) -> Iterator[str]:
    """Each promise is open, as its case says, or ended by what was posted, closed or not posted; none is lost."""
    standing, over = life.cases.promises.standing, life.cases.promises.over
    if set(standing) != {each.key for each in life.case.promises}:
        yield f"the case has {life.case.promises}, and open are {standing}"
    if standing and life.case.state not in WAITING:
        yield f"promised to somebody who does not wait: {standing}"
    if set(life.promised) != set(standing) | set(over) or set(standing) & set(over):
        yield f"of {set(life.promised)} open are {set(standing)}, ended {set(over)}"
    outcomes = {one.post_id or one.x_id for one in life.events if one.what in OUTCOMES}
    for each in over.values():
        if each.ending in (Ending.KEPT, Ending.MOVED) and each.ended_by not in outcomes:
            yield f"nothing on X ended {each}"
    for each in standing.values():
        if life.case.state is not CaseState.QUEUED and each.post_id not in outcomes:
            yield f"open though nobody has read it: {each}"


def _is_unanswered(life: DeskLife) -> bool:
    """Whether nobody has answered or closed since the author asked last."""
    asked = life.asked[-1]
    answered = any(_answers(life, event, asked.mention.mention.id) for event in life.events)
    return not answered and not any(_closes(event) for event in life.events[asked.events :])


def _answers(life: DeskLife, event: CaseEvent, mention_id: str) -> bool:
    if event.what not in ENDED:
        return False
    if event.is_external_reply:
        return int(event.x_id or 0) >= int(mention_id)
    post = life.store.posts.get(event.post_id or "")
    return post is not None and int(post.in_reply_to or 0) >= int(mention_id)


def _closes(event: CaseEvent) -> bool:
    return event.what is CaseEventKind.CLOSED


@pytest.mark.parametrize("part", range(PARTS))
def test_no_life_sends_a_reply_twice_confirms_one_too_early_or_loses_one(part: int) -> None:
    seen: Counter[str] = Counter()

    for seed in range(part, LIVES, PARTS):
        life = lived(seed, is_skewed=seed // PARTS % 4 > 0)
        assert list(problems_of(life)) == [], seed
        seen += life.seen + Counter(f"rest {post.state}" for post in life.store.posts.values() if post.continues)

    for event in (
        "killed", "killed between X and the table", "the answer of X was lost", "the table gave up",
        "the cases' answer was lost", "a message was lost", "the author wrote", "answered by hand", "acknowledged",
        "asked into private", "paused", "a person settled", "form done", "form moved", "form unavailable",
        "rest published", "promised",
        *(f"a promise is {ending}" for ending in (Ending.KEPT, Ending.MOVED, Ending.NOT_POSTED)),
        *(f"saved {kind}" for kind in (*OUTCOMES, *ENDED, "queued", "drafted", "taken", "handed", "misread", "closed")),
    ):  # fmt: skip
        assert seen[event] > 2, event
