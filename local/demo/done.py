"""What was done in an act of the day, in the order of time: by calls, on pages, on X, by the desk, by phones."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import NamedTuple

from desk.cases.model import WAITING
from desk.reading import ANSWERED
from local.demo.calls import outcome
from local.demo.history import desk_events
from local.demo.ledger import CaseLine, Line, Noted
from local.demo.office import Handled, Rang
from local.demo.play import Answered, Played
from local.demo.script import Replied
from local.demo.steps import deed
from local.demo.timeline import OwnPost

_RINGS = 3
_HANDLES = re.compile(r"^(?:@\w+ )+")


class Done(NamedTuple):
    """An event: who or where, and what happened. `is_whole` means that it is never shortened."""

    at: datetime
    by: str
    colour: str
    what: str
    is_whole: bool = False


def done_in(
    played: Played, lines: Sequence[Line], cases: Sequence[CaseLine], noted: Sequence[Noted], handle: str
) -> list[Done]:
    """What belongs together is in its order. `handle` is the brand's."""
    departments = {case.id: case.department for case in cases}
    found = [
        *map(_call, played.calls),
        *_replied(played.replied),
        *(done for one in played.handled for done in _handled(one, handle)),
        *(Done(one.at, "console", "cyan", one.why, is_whole=True) for one in played.operated),
        *(Done(one.at, "blog", "blue", f"has a new entry: {one.title}") for one in played.blogged),
        *(_own_post(post, handle) for post in played.said),
        *(Done(at, "desk", "magenta", what, is_whole=True) for at, what in desk_events(noted, departments)),
        *_rings(played.rang),
        *(_heard(line, handle) for line in lines if line.is_heard),
        *_joined(lines, cases, handle),
    ]
    return sorted(found, key=lambda one: one.at)


def words(text: str, handle: str) -> str:
    """On one line, without the brand's name."""
    return " ".join(word for word in text.split() if word.lower() != f"@{handle}")


def _call(call: Answered) -> Done:
    colour = "blue" if call.status < HTTPStatus.BAD_REQUEST else "red"
    return Done(call.asked.at, "api", colour, f"{call.asked.why}: {call.status} {outcome(call.body)}")


def _handled(one: Handled, handle: str) -> Iterator[Done]:
    at = one.worked.at
    yield Done(at, "page", "yellow", deed(one), is_whole=one.worked.refused)
    yield from (_own_post(reply, handle)._replace(at=at) for reply in one.replies)


def _replied(replies: Sequence[Replied]) -> Iterator[Done]:
    """The answers of a department through the tool as one, with the first of them."""
    by_department: dict[str, list[Replied]] = {}
    for one in replies:
        by_department.setdefault(one.department, []).append(one)
    for department, own in by_department.items():
        first = own[0]
        answers = "answers" if len(own) == 1 else f"answers {len(own)} cases, the first"
        yield Done(first.at, "tool", "blue", f"{department} {answers} to @{first.author}: {first.text}")


def _own_post(post: OwnPost, handle: str) -> Done:
    """Without the handles of the authors it answers."""
    to = f"to @{post.answers}" if post.answers else "posted"
    said = _HANDLES.sub("", " ".join(post.text.split()))
    return Done(post.created_at, "on X", "bold green", f"{'going on' if post.answers == handle else to}: {said}")


def _rings(rang: Sequence[Rang]) -> Iterator[Done]:
    for one in rang[:_RINGS]:
        yield Done(one.at, "phone", "red", f"rings: {one.text.splitlines()[0]}", is_whole=True)
    if len(rang) > _RINGS:
        yield Done(rang[-1].at, "phone", "red", f"… and {len(rang) - _RINGS} more until now")


def _heard(line: Line, handle: str) -> Done:
    """A post that was found by listening."""
    whom = f" for {line.department}" if line.department else ""
    return Done(_time_of(line), "heard", "cyan", f"{line.kind}{whom}, mentions nobody: {words(line.text, handle)}")


def _joined(lines: Sequence[Line], cases: Sequence[CaseLine], handle: str) -> Iterator[Done]:
    """Mentions that joined a case and ask nothing of it."""
    over = {case.id: case.state for case in cases if case.state not in WAITING}
    for line in lines:
        if line.case_id in over and line.kind not in ANSWERED and not (line.review or line.is_heard):
            what = f"joins {line.case_id}, which stays {over[line.case_id]}: {words(line.text, handle)}"
            yield Done(_time_of(line), "mention", "green", what)


def _time_of(line: Line) -> datetime:
    return datetime.fromisoformat(line.created_at)
