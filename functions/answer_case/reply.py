"""An answer: to the operator as a draft, or to X after it was confirmed."""

from zoneinfo import ZoneInfo

from answer_case.forms import Mend, mending, name_in, promise_in, text_in
from answer_case.gate import Refusal, refusal
from answer_case.parts import first_cut, weighted
from answer_case.step import Asked, Step, Unsent
from answer_case.view import Action, Confirm, Part
from desk import case_steps
from desk.brand import Brand
from desk.case import Draft, ReplyAs
from desk.case_event import CaseEvent, CaseEventKind
from desk.catalogue import phrase
from desk.mention import Mention
from desk.ports.cases import CaseFile
from desk.post import NewPost, PostKind
from desk.post_price import price_of_post
from desk.private_numbers import find
from desk.reading import OPERATOR
from desk.weight import MAX_WEIGHT, Weight
from post_update.refusals import PostNotAccepted

GONE = "gone"
"""Why there is nothing to answer: no mention of the case has its words any more."""

_MILLION = 1_000_000
_SHOWN = 20


def sends_to_x(viewer: str, brand: Brand) -> bool:
    """Whether what this department answers goes to X without the operator."""
    department = brand.departments.get(viewer)
    return viewer == OPERATOR or (department is not None and department.answers_to_x)


def signature_of(department: str, brand: Brand) -> str:
    """What stands below this department's answers; "" for one that desk.yaml no longer has."""
    known = brand.departments.get(department)
    return known.signature if known else ""


def newest(file: CaseFile) -> Mention | None:
    """The mention that is answered, the newest one; None when none of the case has its words any more."""
    return file.mentions[-1].mention if file.mentions else None


def answer(asked: Asked) -> Step:
    """The draft for the operator, or the reply on its way; raises Mend, and Unsent before the reply is confirmed."""
    mention = newest(asked.file)
    if mention is None:
        raise Mend(f"answer.refusal.{GONE}")
    is_sent, again = sends_to_x(asked.viewer, asked.brand), bool(asked.fields.get("again"))
    if shut := refusal(asked.case, mention, asked.brand, again=again, paused=asked.is_paused and is_sent):
        raise Mend(f"answer.refusal.{shut}", "again" if shut is Refusal.ANSWERED_ALREADY else "")
    text = _text(asked)
    reply = _reply(asked, text)
    return _queued(asked, text, reply) if is_sent else _drafted(asked, text)


def post_of(file: CaseFile, event: CaseEvent, brand: Brand) -> NewPost | None:
    """The reply that this event sends on its way; None when what it answers has no words any more."""
    mention = newest(file)
    if mention is None:
        return None
    text = weighted(event.text, signature_of(file.case.department, brand)).text
    return NewPost(PostKind.REPLY, text, event.by, in_reply_to=mention.id, case_id=file.case.id, id=event.post_id)


def _queued(asked: Asked, text: str, reply: Weight) -> Step:
    until, by = promise_in(asked.fields, ZoneInfo(asked.brand.timezone), asked.now), name_in(asked.fields)
    confirm = _confirm(reply)
    if asked.fields["action"] != Action.CONFIRM:
        raise Unsent(confirm)
    case = asked.case
    post_id = f"reply-{case.id}-{case.version}"
    reply_as = ReplyAs.HOLDING if until else ReplyAs.ANSWER
    after = case_steps.queued(case, post_id, Draft(text, by, asked.now), reply_as, promised_until=until)
    event = asked.event(CaseEventKind.QUEUED, text=text, post_id=post_id)
    return Step(after, event, post_of(asked.file, event, asked.brand), confirm)


def _drafted(asked: Asked, text: str) -> Step:
    """A draft does not say that it only promises an answer: who sends it decides."""
    if asked.fields.get("holding"):
        raise Mend("answer.problem.holding", "holding")
    event = asked.event(CaseEventKind.DRAFTED, text=text)
    return Step(case_steps.drafted(asked.case, Draft(text, event.by, asked.now)), event)


def _text(asked: Asked) -> str:
    """The answer that was typed, which everybody may read; raises Mend."""
    text = text_in(asked.fields)
    if kinds := find(text):
        names = [phrase(asked.brand.language, f"private_number.{kind}") for kind in kinds]
        raise Mend("answer.problem.private", "text", kinds=", ".join(names))
    return text


def _reply(asked: Asked, text: str) -> Weight:
    """The answer as it would stand on X; raises Mend for one that X would not take."""
    signature = signature_of(asked.case.department, asked.brand)
    try:
        reply = weighted(text, signature)
        cut = first_cut(text, signature)
    except PostNotAccepted as exc:
        raise mending(exc, "text") from None
    count = {"count": reply.weighted_length, "most": MAX_WEIGHT}
    if reply.weighted_length > MAX_WEIGHT and cut:
        raise Mend("answer.problem.too_long_cut", "text", **count, first=f"…{cut[0].removesuffix(' …')[-_SHOWN:]}")
    if reply.weighted_length > MAX_WEIGHT:
        raise Mend("answer.problem.too_long", "text", **count)
    return reply


def _confirm(reply: Weight) -> Confirm:
    micro_usd = price_of_post(reply.text, is_reply=True)
    return Confirm([Part(reply.text, reply.weighted_length)], f"{micro_usd / _MILLION:.3f}".removesuffix("0"))
