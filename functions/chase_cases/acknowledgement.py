"""Whether a case is to be acknowledged, and in which words."""

from datetime import datetime
from zlib import crc32
from zoneinfo import ZoneInfo

from answer_case.gate import refusal
from desk.brand import Brand
from desk.case import Case, CaseState
from desk.case_event import CaseEventKind
from desk.catalogue.dates import spoken_time
from desk.ports.cases import CaseFile
from desk.reader.opt_out import declines_machines
from desk.working_time import is_working


def is_wanted(case: Case, brand: Brand, now: datetime) -> bool:
    """Whether the brand acknowledges a case like this one: nobody is at it yet, and an answer will take time.

    By a moment that has passed no answer is announced.
    """
    wanted = brand.acknowledgements.get(case.kind)
    if wanted is None or case.state is not CaseState.OPEN or case.holder is not None or case.due_at <= now:
        return False
    return not is_working(case.asked_at, brand) or case.due_at - case.asked_at > wanted.long_wait


def may_acknowledge(file: CaseFile, brand: Brand, *, opted_out_at: datetime | None) -> bool:
    """Whether no person has been at the case, and the gate lets an automatic reply to it through."""
    mentions = [one.mention for one in file.mentions]
    if not mentions or mentions[-1].backlog or any(event.by for event in file.events):
        return False
    if any(declines_machines(mention.post.text) for mention in mentions):
        return False
    shut = refusal(
        file.case,
        mentions[-1],
        brand,
        again=False,
        paused=False,
        opted_out_at=opted_out_at,
        automatic=True,
        acknowledged=is_acknowledged(file),
    )
    return shut is None


def is_acknowledged(file: CaseFile) -> bool:
    """Whether it has been said."""
    return any(event.what is CaseEventKind.ACKNOWLEDGED for event in file.events)


def acknowledgement_for(case: Case, brand: Brand, *, but: str = "") -> str:
    """The words for this case in one of the brand's variants, by its number; another one where it would be `but`.

    X refuses to say the same twice, and a case's number need not be in the text.
    """
    texts = brand.acknowledgements[case.kind].texts
    first = crc32(case.id.encode())
    due = spoken_time(case.due_at, ZoneInfo(brand.timezone), brand.language)
    said = [texts[(first + turn) % len(texts)].format(due=due, case=case.id) for turn in range(len(texts))]
    return next((text for text in said if text != but), said[0])
