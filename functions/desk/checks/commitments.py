"""Sentences in which the brand binds itself to say or do something by a time: "오늘 중으로 다시 안내드리겠습니다".

A sentence commits if its verb is one of the brand's own acts and tells of the future, and the time is one by which it
will be done. No commitments are what depends on the customer first ("번호를 주시면 30분 안에"), standing policies,
hours, planned works and events, the customer's deadlines, other parties' promises, estimates, efforts, and what was.
The grammar of each language is in a module of its own.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from typing import NamedTuple

from desk.checks.commitments_en import english_commitments
from desk.checks.commitments_ko import is_time_alone, korean_commitments
from desk.checks.forms import any_of, words
from desk.checks.moments import Grain, Moment, moment_of, sentences_of, times_in
from desk.checks.named_time import NamedTime


class Commitment(NamedTuple):
    """What the brand commits to by a time.

    Attributes:
        sentence: the sentence that says so.
        words: the time as it is written there.
        due: the moment at the latest, in the desk's zone.
        grain: how exactly the moment is named.
    """

    sentence: str
    words: str
    due: datetime
    grain: Grain


def commitment_in(text: str, now: datetime, holidays: Collection[date] = ()) -> Commitment | None:
    """The commitment of the text that is due first; None if it has none. `now` is in the desk's zone."""
    found: list[Commitment] = []
    before = ""
    for sentence in (each.strip() for each in sentences_of(text)):
        own = list(_commitments(sentence, now, holidays))
        found += own or list(_commitments_of_both(before, sentence, now, holidays))
        before = sentence
    return min(found, key=lambda each: each.due, default=None)


def _commitments_of_both(before: str, sentence: str, now: datetime, holidays: Collection[date]) -> Iterator[Commitment]:
    """What the sentence says with the one before it: "1시간만 주세요. 그 안에 …", "… 드릴게요. 오늘 중으로요!"."""
    if not before:
        return
    if (then := _THEN.search(sentence)) and (times := times_in(before, now, holidays)):
        words = before[times[-1].begin : times[-1].end]
        limit = words if times[-1].is_wait else f"by {words}" if words.isascii() else f"{words}까지"
        both = f"{sentence[: then.start()]}{limit}{sentence[then.end() :]}"
    elif _ONLY_WAIT.search(before) and (times := times_in(before, now, holidays)):
        both = f"{before[times[-1].begin : times[-1].end]}, {sentence}" if times[-1].is_wait else ""
    elif len(sentence) < _SHORT and (times := times_in(sentence, now, holidays)):
        both = f"{before.rstrip('.!~ ')}, {sentence}" if is_time_alone(sentence, times) else ""
    else:
        return
    yield from (each._replace(sentence=sentence) for each in _commitments(both, now, holidays))


_SHORT = 20
_ONLY_WAIT = any_of(  # asks for a wait alone: "10분만 기다려 주세요"
    korean=r"(?:시간|분|일)만(?:요|\s[^.]*(?:주세요|주시|부탁))",
    english=r"\b(?:bear\swith|give)\s(?:me|us)\b",
)
_THEN = any_of(  # names the time of the sentence before
    korean=words("그~때까지 그_안에 그~전(?:까지|에) 그~시간까지"),
    english=r"\b(?:by|before)\sthen\b",
)


def _commitments(sentence: str, now: datetime, holidays: Collection[date]) -> Iterator[Commitment]:
    times = [each for each in times_in(sentence, now, holidays) if not each.is_past]
    if not times:
        return
    for named in (*korean_commitments(sentence, times), *english_commitments(sentence, times)):
        due = _latest(sentence, named, times, now)
        if due.at > now:
            yield Commitment(sentence, sentence[named.begin : named.end].strip(" ,.(（"), *due)


def _latest(sentence: str, named: NamedTime, times: Sequence[NamedTime], now: datetime) -> Moment:
    """The moment of the time; of "빠르면 3시, 늦어도 5시" the later one."""
    moments = [moment_of(named, now)]
    if _AT_BEST.search(sentence):
        moments += [moment_of(each, now) for each in times]
    return max(moments, key=lambda each: each.at)


_AT_BEST = any_of(
    korean=words("빠르면 늦어도 늦으면"),
    english=r"\bat\sthe\slatest\b|\bat\sthe\searliest\b|\blatest\b",
)
