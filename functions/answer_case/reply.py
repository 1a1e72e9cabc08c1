"""An answer: to the operator as a draft, or to X after it was confirmed."""

from zoneinfo import ZoneInfo

from answer_case.forms import Mend, name_in, promise_in
from answer_case.gate import Refusal, refusal
from answer_case.step import Asked, Step, Unsent
from answer_case.view import Action, Confirm
from answer_case.wording import confirm_of, posts_of, reply_of, signature_of, text_of
from desk import case_steps
from desk.brand import Brand
from desk.case import WAITING, Draft, ReplyAs
from desk.case_event import CaseEvent, CaseEventKind
from desk.mention import Mention
from desk.ports.cases import CaseFile
from desk.post import NewPost, PostKind
from desk.reading import OPERATOR
from desk.working_time import due_at


def sends_to_x(viewer: str, brand: Brand) -> bool:
    """Whether what this department answers goes to X without the operator."""
    department = brand.departments.get(viewer)
    return viewer == OPERATOR or (department is not None and department.answers_to_x)


def newest(file: CaseFile) -> Mention | None:
    """The mention that is answered, the newest one; None when none of the case has its words any more."""
    return file.mentions[-1].mention if file.mentions else None


def answer(asked: Asked) -> Step:
    """The draft for the operator, or the reply on its way; raises Mend, and Unsent before the reply is confirmed."""
    mention = newest(asked.file)
    is_sent, again = sends_to_x(asked.viewer, asked.brand), bool(asked.fields.get("again"))
    shut = refusal(
        asked.case,
        mention,
        asked.brand,
        again=again,
        paused=asked.is_paused and is_sent,
        opted_out_at=asked.opted_out_at,
        is_named=asked.is_named,
    )
    if shut:
        raise Mend(f"answer.refusal.{shut}", "again" if shut is Refusal.ANSWERED_ALREADY else "")
    asked, is_private = _in_its_time(asked), _is_private(asked)
    if is_private and not is_sent:
        raise Mend("answer.problem.not_now")
    text = text_of(asked)
    confirm = confirm_of(reply_of(asked, text, is_private=is_private), is_private=is_private)
    return _queued(asked, text, confirm) if is_sent else _drafted(asked, text)


def post_of(file: CaseFile, event: CaseEvent, brand: Brand) -> NewPost | None:
    """The reply that this event sends on its way, for the case as it is after it.

    None when what it answers has no words any more.
    """
    mention, case = newest(file), file.case
    if mention is None:
        return None
    first, *more = [post.text for post in posts_of(event.text, signature_of(case.department, brand))]
    return NewPost(
        PostKind.REPLY,
        first,
        event.by,
        in_reply_to=mention.id,
        case_id=case.id,
        id=event.post_id,
        continuation=more[0] if more else None,
        private_message=case.reply_as is ReplyAs.PRIVATE,
    )


def _in_its_time(asked: Asked) -> Asked:
    """The same, where what was answered is answered once more: until that is sent it has a time of its own."""
    case = asked.case
    if case.state in WAITING:
        return asked
    due = due_at(asked.now, case.kind, case.urgency, asked.brand)
    return asked._replace(file=asked.file._replace(case=case._replace(first_due_at=due, due_at=due)))


def _queued(asked: Asked, text: str, confirm: Confirm) -> Step:
    """The reply on its way, if what it would look like was confirmed."""
    case, draft = asked.case, _draft(asked, text, is_private=confirm.is_private)
    if asked.fields["action"] != Action.CONFIRM:
        raise Unsent(confirm)
    post_id = f"reply-{case.id}-{case.version}"
    after = case_steps.queued(case, post_id, draft, draft.reply_as, promised_until=draft.promised_until)
    event = asked.event(CaseEventKind.QUEUED, text=text, post_id=post_id)
    return Step(after, event, post_of(asked.file._replace(case=after), event, asked.brand), confirm)


def _drafted(asked: Asked, text: str) -> Step:
    """The draft says if it only promises an answer; who sends it has the last word."""
    draft = _draft(asked, text, is_private=False)
    return Step(case_steps.drafted(asked.case, draft), asked.event(CaseEventKind.DRAFTED, text=text))


def _draft(asked: Asked, text: str, *, is_private: bool) -> Draft:
    """What was written and what it is to the case; what asks into private promises nothing."""
    until = None if is_private else promise_in(asked.fields, ZoneInfo(asked.brand.timezone), asked.now)
    reply_as = ReplyAs.PRIVATE if is_private else ReplyAs.HOLDING if until else ReplyAs.ANSWER
    return Draft(text, name_in(asked.fields), asked.now, reply_as, until)


def _is_private(asked: Asked) -> bool:
    """Whether it asks the author into a private conversation, as the form or what it confirms says."""
    return asked.fields.get("action") == Action.PRIVATE or bool(asked.fields.get("private"))
