"""Actions of signed-in people on a case, or on a mention for which a case is opened; and the fields of their forms."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from http import HTTPStatus
from typing import NamedTuple

from aws_lambda_powertools import Logger

from desk.case_view.view import moved_message
from desk.cases.model import CaseEvent, CaseEventKind
from desk.cases.store import CaseFile, CaseMention
from desk.checks.model import LookedUpForCheck
from desk.pictures.model import PictureState
from desk.posts.pause import stops_replies
from desk.posts.references import links_to_pages
from desk.reading import OPERATOR
from desk.replies.actions import ActionOutcome, ActionResult, CaseActions
from desk.replies.errors import InvalidField
from desk.replies.forms import LABEL_FIELD, Action, FormRequest, signed_name
from desk.replies.messages import Message
from desk.replies.open import CaseOpener, OpenedCase, OpenOutcome
from desk.replies.perform import CaseCommands, Handed
from desk.replies.reply import CaseChange
from desk.replies.take_down import MarkedReplies
from desk.routing.answered_mentions import AnsweredMentions, CannotOpen
from desk.web.request import number_in
from operator_console.app import Refused, Right, Visit, may
from operator_console.items.stores import ItemsStores
from operator_console.items.visible import MENTION_KEY, VisibleItems
from operator_console.shell.render import Renderer

LONGEST_DRAFT = 20_000
"""Letters. Text that no post can hold is saved too, so that it can be shortened later."""

_FIELDS = (
    "version",
    "request",
    "text",
    "holding",
    "promised_until",
    "promise_words",
    "promise_stays",
    "private",
    "again",
    "through_pause",
    "override_reason",
    "pictures",
    "department",
    "kind",
    "reason",
    "note",
    "holder",
    "snooze",
    "snooze_until",
    "comment",
    "post",
    "sure",
)
"""Fields of the forms. All others, such as the session's token, do not belong to what the person asks for."""

_WINNERS = frozenset(
    {
        CaseEventKind.QUEUED,
        CaseEventKind.ANSWERED,
        CaseEventKind.PROMISED,
        CaseEventKind.MOVED,
        CaseEventKind.DRAFTED,
    }
)
"""Events whose text is a reply that somebody else was faster with."""


class Problem(NamedTuple):
    """Why an action was not done: a sentence, and the reply of a colleague who was faster, if it was one."""

    status: HTTPStatus
    sentence: str
    winner: str = ""


class Performed(NamedTuple):
    """The result of an action, and the number of the case on which it was done."""

    case_id: str
    result: ActionResult


class PersonalActions:
    """Does the actions. Each is done once, and only to the version that the person saw.

    `api_url` is the public address of the API, with which links in mails begin; "" for the one of the request.
    """

    def __init__(self, stores: ItemsStores, renderer: Renderer, logger: Logger, *, api_url: str) -> None:
        self._stores = stores
        self._renderer = renderer
        self._logger = logger
        self._api_url = api_url
        self._visible = VisibleItems(stores.cases, stores.mentions)
        open_case = CaseOpener(None, stores.cases, stores.switch, stores.opt_outs)
        self._commands = CaseCommands(stores.cases, stores.submitter, stores.colleagues, renderer.brand)
        self._actions = CaseActions(open_case, self._commands, renderer.brand)
        self._marked = MarkedReplies(stores.posts, stores.queue)
        self._answered = AnsweredMentions(stores.work, renderer.brand)

    def perform(  # noqa: PLR0913 - the action with what it depends on, each named
        self,
        visit: Visit,
        key: str,
        action: Action,
        fields: Mapping[str, str],
        later: list[Handed] | None = None,
        *,
        is_of_several: bool = False,
    ) -> Performed:
        """Do the action on the case or mention. `fields` are those of its form.

        With `later`, departments that get a case are notified by `notify_together`. An action that `is_of_several`
        cases leaves alone those in danger.
        Raises Refused (404) for what the person must not see, and StoreBusy.
        """
        form = FormRequest(
            "",
            {**fields, "action": action.value, "name": signed_name(visit.person)},
            visit.now,
            self._api_url or visit.request.base_url,
            person=visit.person,
            case_id=key,
            undo_for=self._undo_for(visit, action),
            looked_up=self._looked_up(visit, fields.get("text", ""), is_of_several=is_of_several),
            is_of_several=is_of_several,
        )
        if MENTION_KEY.fullmatch(key):
            # The form of a mention that has no case yet acts on the case as it was opened.
            form = form._replace(fields={**form.fields, "version": "1"})
            opened = self._case_of_mention(visit, key, form)
            if isinstance(opened, ActionResult):
                return Performed(key, opened)
            form = form._replace(case_id=opened)
        before = self._marked.mark if action is Action.TAKE_DOWN else self._require_pictures
        result = self._actions.perform(form, later, before_saving=before)
        about = {"case": form.case_id, "action": action.value, "outcome": result.outcome.value, "reason": result.reason}
        self._logger.info("an action on a case", extra=about)
        return Performed(form.case_id, result)

    def notify_together(self, visit: Visit, handed: Sequence[Handed]) -> Mapping[str, str]:
        """Notify each department of its cases by one mail; the error's name by case, where the sweep tries again."""
        return self._commands.notify_together(handed, self._api_url or visit.request.base_url)

    def _case_of_mention(self, visit: Visit, key: str, form: FormRequest) -> str | ActionResult:
        """The mention's case, opened unless the action would be rejected anyway: then its result."""
        if not may(visit.person, Right.ACT):
            raise Refused(HTTPStatus.FORBIDDEN, "console.problem.not_allowed")
        stored = self._visible.mention(visit, key)
        if stored.outcome and stored.outcome.case_id:
            return stored.outcome.case_id
        try:
            case = self._answered.new_case(stored, visit.now)
            reading = stored.outcome.reading if stored.outcome else None
            opened = OpenedCase(
                OpenOutcome.OPENED,
                CaseFile(case, [CaseMention(stored.mention, reading)], []),
                OPERATOR,
                stops_replies(self._stores.switch.current()),
                self._stores.opt_outs.opted_out_at(case.author_id),
            )
            if refused := self._actions.refusal(form, opened):
                return refused
            self._answered.open(stored, case)
        except CannotOpen as exc:
            message = Message("console.has_case" if exc.case_id else "console.not_read", {"case": exc.case_id})
            return ActionResult(ActionOutcome.MOVED, OpenedCase(OpenOutcome.OPENED), message, reason="no new case")
        return case.id

    def _undo_for(self, visit: Visit, action: Action) -> timedelta:
        is_reply = action is Action.CONFIRM
        return timedelta(seconds=self._stores.settings.find(visit.person.id).undo_seconds if is_reply else 0)

    def _looked_up(self, visit: Visit, text: str, *, is_of_several: bool) -> LookedUpForCheck:
        """What the check of a reply depends on. A page with scripts had its links checked while somebody typed.

        Then nobody is asked again, so that the next case opens at once; a link that is not known yet stops nothing. The
        saved replies are read anew, since a fact may have ended a moment ago; once for a reply to several cases.
        """
        if not text:
            return LookedUpForCheck()
        replies, urls = self._stores.replies.known(visit.now, is_sent=not is_of_several), links_to_pages(text)
        if not urls:
            return LookedUpForCheck(saved_replies=replies)
        links = self._stores.links()
        return LookedUpForCheck((links.known if visit.request.is_fragment else links.check)(urls, visit.now), replies)

    def _require_pictures(self, change: CaseChange) -> None:
        """Raise InvalidField unless the pictures of the reply can be posted, and StoreBusy."""
        ids = [picture.id for picture in change.post.pictures] if change.post else []
        found = self._stores.pictures().get_many(ids) if ids else {}
        if any(each not in found or found[each].state is PictureState.REFUSED for each in ids):
            raise InvalidField("pictures", "picture_refused")
        if any(found[each].state is PictureState.WAITING for each in ids):
            raise InvalidField("pictures", "picture_waiting")

    def problem_of(self, result: ActionResult) -> Problem | None:
        """Why the action was not done; None if it was."""
        say, file = self._renderer.formatter.phrase, result.opened.file
        match result.outcome:
            case ActionOutcome.DONE | ActionOutcome.SHOWN:
                return None
            case ActionOutcome.CLOSED:
                raise Refused(HTTPStatus.NOT_FOUND, "console.problem.no_item")
            case ActionOutcome.UNAVAILABLE:
                return Problem(HTTPStatus.SERVICE_UNAVAILABLE, say("console.problem.busy"))
            case ActionOutcome.MOVED if file and result.message is None:
                moved = self._sentence(moved_message(file, self._renderer.brand))
                return Problem(HTTPStatus.CONFLICT, moved, _winner(file))
            case _:
                sentence = self._sentence(result.message) if result.message else say("answer.problem.not_now")
                is_moved = result.outcome is ActionOutcome.MOVED
                return Problem(HTTPStatus.CONFLICT if is_moved else HTTPStatus.UNPROCESSABLE_ENTITY, sentence)

    def _sentence(self, message: Message) -> str:
        return self._renderer.formatter.phrase(message.key, **message.values)


def fields_of(visit: Visit) -> dict[str, str]:
    """The fields of the form that belong to an action."""
    names = [name for name in visit.request.fields if name in _FIELDS or name.startswith(LABEL_FIELD)]
    return {name: visit.request.field(name) for name in names}


def sequence_in(fields: Mapping[str, str]) -> int:
    """The browser's count of saves; 0 for none. Raises Refused for anything but a number."""
    return whole_number_in(fields, "sequence")


def whole_number_in(fields: Mapping[str, str], name: str) -> int:
    """The number in the field; 0 for none. Raises Refused for anything else."""
    number = number_in(fields.get(name, "") or "0")
    if number is None:
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, "console.problem.unreadable")
    return number


def _winner(file: CaseFile) -> str:
    """The reply with which somebody else was faster; "" if the last event is none."""
    last: CaseEvent | None = file.events[-1] if file.events else None
    return last.text if last and last.what in _WINNERS else ""
