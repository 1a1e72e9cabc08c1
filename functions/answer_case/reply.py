"""An answer: to the operator as a draft, or to X after it was confirmed."""

from zoneinfo import ZoneInfo

from answer_case.forms import Mend, name_in, promise_in
from answer_case.gate import Refusal, refusal
from answer_case.step import Asked, Step, Unsent
from answer_case.view import Action, Confirm
from answer_case.wording import confirm_of, posts_of, reply_of, signature_of, text_of
from desk import case_steps
from desk.brand import Brand
from desk.case import Draft, ReplyAs
from desk.case_event import CaseEvent, CaseEventKind
from desk.mention import Mention
from desk.ports.cases import CaseFile
from desk.post import NewPost, PostKind
from desk.reading import OPERATOR

GONE = "gone"
"""Why there is nothing to answer: no mention of the case has its words any more."""


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
    if mention is None:
        raise Mend(f"answer.refusal.{GONE}")
    is_sent, again = sends_to_x(asked.viewer, asked.brand), bool(asked.fields.get("again"))
    is_shut, opted_out_at = asked.is_paused and is_sent, asked.opted_out_at
    if shut := refusal(asked.case, mention, asked.brand, again=again, paused=is_shut, opted_out_at=opted_out_at):
        raise Mend(f"answer.refusal.{shut}", "again" if shut is Refusal.ANSWERED_ALREADY else "")
    is_private = _is_private(asked)
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


def _queued(asked: Asked, text: str, confirm: Confirm) -> Step:
    """The reply on its way, if what it would look like was confirmed."""
    case, until = asked.case, None
    if not confirm.is_private:
        until = promise_in(asked.fields, ZoneInfo(asked.brand.timezone), asked.now)
    by = name_in(asked.fields)
    if asked.fields["action"] != Action.CONFIRM:
        raise Unsent(confirm)
    post_id = f"reply-{case.id}-{case.version}"
    reply_as = ReplyAs.PRIVATE if confirm.is_private else ReplyAs.HOLDING if until else ReplyAs.ANSWER
    after = case_steps.queued(case, post_id, Draft(text, by, asked.now), reply_as, promised_until=until)
    event = asked.event(CaseEventKind.QUEUED, text=text, post_id=post_id)
    return Step(after, event, post_of(asked.file._replace(case=after), event, asked.brand), confirm)


def _drafted(asked: Asked, text: str) -> Step:
    """A draft does not say that it only promises an answer: who sends it decides."""
    if asked.fields.get("holding"):
        raise Mend("answer.problem.holding", "holding")
    event = asked.event(CaseEventKind.DRAFTED, text=text)
    return Step(case_steps.drafted(asked.case, Draft(text, event.by, asked.now)), event)


def _is_private(asked: Asked) -> bool:
    """Whether it asks the author into a private conversation, as the form or what it confirms says."""
    return asked.fields.get("action") == Action.PRIVATE or bool(asked.fields.get("private"))
