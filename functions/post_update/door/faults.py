"""What each refusal of the use cases is by HTTP, decided by its type."""

from http import HTTPStatus

from desk.errors import DeskError
from post_update.door.case_faults import BadAnswer, CaseChanged, NobodyWaits, NoReply, NoSuchCase, NotSaid
from post_update.door.decide import NoSuchPost, NotAsItStands
from post_update.door.problems import BadField, Problem, bad_fields
from post_update.door.wanted import bad_field
from post_update.refusals import PostNotAccepted, RequestReused, SameText


def problem_of(fault: DeskError) -> Problem | None:
    """The problem that the caller hears of; None for what is no caller's fault."""
    match fault:
        case SameText():
            return Problem(HTTPStatus.CONFLICT, "same-text", str(fault), more={"earlier": fault.earlier_id})
        case RequestReused():
            return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "request-reused", str(fault))
        case PostNotAccepted():
            return bad_fields([bad_field(fault)])
        case NoSuchPost():
            return Problem(HTTPStatus.NOT_FOUND, "no-such-post", "There is no post of this id.")
        case NotAsItStands():
            return Problem(HTTPStatus.CONFLICT, "not-as-it-stands", str(fault), more={"state": fault.post.state.value})
        case _:
            return _problem_of_case(fault)


def _problem_of_case(fault: DeskError) -> Problem | None:
    match fault:
        case NoSuchCase():
            return Problem(HTTPStatus.NOT_FOUND, "no-such-case", "There is no case of this number.")
        case BadAnswer():
            return bad_fields([BadField(fault.field, str(fault))])
        case _:
            return _conflict_with_case(fault)


def _conflict_with_case(fault: DeskError) -> Problem | None:
    match fault:
        case NoReply():
            return Problem(HTTPStatus.CONFLICT, "no-reply", str(fault), more={"reason": fault.reason})
        case CaseChanged():
            return Problem(HTTPStatus.CONFLICT, "case-changed", str(fault), more={"version": fault.version})
        case NobodyWaits():
            return Problem(HTTPStatus.CONFLICT, "nobody-waits", str(fault), more={"state": fault.state.value})
        case NotSaid():
            return Problem(HTTPStatus.CONFLICT, "not-said", str(fault))
        case _:
            return None
