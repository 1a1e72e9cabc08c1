"""The answers of each department as people read them, for table, chart and CSV alike."""

from datetime import timedelta
from typing import NamedTuple

from daily_digest.figures import Row
from daily_digest.formatter import Spoken
from daily_digest.misreadings import Correction, Place
from daily_digest.model import Answers, Digest

COUNTS = ("answered", "by_hand", "moved", "promised", "waiting", "overdue")
"""The columns of counts, in their order; the catalogue's key is `answers.<column>`."""
WAITS = ("half", "nine_in_ten")
"""The columns of times, in their order; the catalogue's key is `answers.<column>`."""
_MINUTE = timedelta(minutes=1)


class AnswersRow(NamedTuple):
    """A department's figures: counts in the order of COUNTS, times in that of WAITS; None where nobody was answered."""

    name: str
    counts: tuple[int, ...]
    waits: tuple[timedelta | None, ...]

    @property
    def owes(self) -> bool:
        """Whether somebody waits for its answer."""
        return bool(self.counts[COUNTS.index("waiting")])


def departments(digest: Digest, spoken: Spoken) -> list[AnswersRow]:
    """Departments that answered or owe an answer: who is late most first, then who owes and who answered most."""
    answering, waiting = digest.answering, digest.waiting
    keys = {*answering.by_department, *waiting.by_department}
    rows = [
        _row(
            spoken.department(key),
            answering.by_department.get(key, Answers()),
            waiting.by_department.get(key, 0),
            waiting.overdue_by_department.get(key, 0),
        )
        for key in sorted(keys)
    ]
    return sorted((row for row in rows if any(row.counts)), key=_pressing)


def everybody(digest: Digest, spoken: Spoken) -> AnswersRow:
    """All departments together."""
    waiting = digest.waiting
    return _row(spoken.say("answers.everybody"), digest.answering.all, waiting.open_cases, waiting.overdue)


def halves(digest: Digest, spoken: Spoken) -> list[Row]:
    """The minutes within which half of those who asked a department had their first answer, the slowest first."""
    rows = [row for row in departments(digest, spoken) if row.waits[0] is not None]
    timed = [Row(row.name, (row.waits[0] or timedelta()) // _MINUTE) for row in rows]
    return sorted(timed, key=lambda row: -row.number)


def minutes(wait: timedelta) -> int:
    """A wait as spreadsheets add it up."""
    return wait // _MINUTE


def reason(text: str, spoken: Spoken) -> str:
    """Why a reply was not said: by the catalogue where it knows the reason, else as X or the desk has put it."""
    return spoken.known(f"post.reason.{text}", spoken.known(f"answer.refusal.{text}", text))


def correction(one: Correction, spoken: Spoken) -> str:
    """What was taken for what, and what it was."""
    return spoken.say("misread.pair", was=_place(one.was, spoken), right=_place(one.right, spoken))


def _place(place: Place, spoken: Spoken) -> str:
    kind = spoken.known(f"kind.{place.kind}", place.kind or spoken.say("misread.unknown"))
    urgency = [spoken.known(f"level.{place.urgency}", place.urgency)] if place.urgency else []
    return ", ".join([kind, *([spoken.department(place.department)] if place.department else []), *urgency])


def _pressing(row: AnswersRow) -> tuple[int, ...]:
    counts = dict(zip(COUNTS, row.counts, strict=True))
    return tuple(-counts[column] for column in ("overdue", "waiting", "answered"))


def _row(name: str, answers: Answers, waiting: int, overdue: int) -> AnswersRow:
    counts = (answers.answered, answers.by_hand, answers.moved, answers.promised, waiting, overdue)
    return AnswersRow(name, counts, tuple(answers.waits) if answers.waits else (None, None))
