"""A form that was sent, what it asks of a case, and the step that it means."""

from datetime import datetime
from typing import NamedTuple

from answer_case.forms import Fields, name_in
from answer_case.view import Confirm
from desk.brand import Brand
from desk.case import Case
from desk.case_event import CaseEvent, CaseEventKind
from desk.ports.cases import CaseFile
from desk.post import NewPost
from desk.reading import Kind


class Sent(NamedTuple):
    """A form as it was sent under a link, and where whoever sent it reaches the API."""

    link_id: str
    fields: Fields
    now: datetime
    api_url: str

    def field(self, name: str) -> str:
        """What a field holds; "" where it was not sent."""
        return self.fields.get(name, "")


class Asked(NamedTuple):
    """A form that was sent from a page which showed the case as it still stands.

    `viewer` is the department of the link; `request` names the form with all that was filled in. `opted_out_at` is
    when the author last asked us to reply no more. `is_named`: a person gave their name, as everybody on the page does.
    """

    file: CaseFile
    viewer: str
    is_paused: bool
    fields: Fields
    request: str
    now: datetime
    brand: Brand
    opted_out_at: datetime | None = None
    is_named: bool = True

    @property
    def case(self) -> Case:
        """The case as it stands."""
        return self.file.case

    def event(self, what: CaseEventKind, *, text: str = "", post_id: str | None = None) -> CaseEvent:
        """What happens, by whoever filled in the form; raises Mend without a name."""
        return CaseEvent(what, self.now, name_in(self.fields), text, post_id=post_id, request=self.request)

    def misreading(self, kind: Kind, department: str | None) -> CaseEvent:
        """What it is in truth, and what it had been taken for; raises Mend without a name."""
        was = self.case
        return self.event(CaseEventKind.MISREAD)._replace(
            kind=kind.value, department=department, was_kind=was.kind.value, was_department=was.department
        )

    def urgency_correction(self, what: CaseEventKind) -> CaseEvent:
        """How urgent it is in truth, of what it had been taken for; raises Mend without a name."""
        return self.event(what)._replace(was_kind=self.case.kind.value, was_department=self.case.department)


class Step(NamedTuple):
    """The case as it shall be, what happened, and what is to be posted, if anything, with what was confirmed of it.

    `is_look`: the case stays as it is, and the page shows what is masked once it stands in the history who looked.
    """

    after: Case
    event: CaseEvent
    post: NewPost | None = None
    confirm: Confirm | None = None
    is_look: bool = False


class Unsent(Exception):
    """Nothing was done: the page comes again with what was typed, and with what would be posted, if `confirm` says."""

    def __init__(self, confirm: Confirm | None = None) -> None:
        super().__init__("to be confirmed" if confirm else "to be edited")
        self.confirm = confirm
