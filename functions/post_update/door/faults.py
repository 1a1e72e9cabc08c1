"""What each refusal of the use cases is by HTTP, decided by its type."""

from http import HTTPStatus

from desk.errors import DeskError
from post_update.door.decide import NoSuchPost, NotAsItStands
from post_update.door.problems import Problem, bad_fields
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
            return None
