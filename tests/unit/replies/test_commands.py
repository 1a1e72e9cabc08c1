"""Commands and what decides about them: every command is decided, and every form of a page is a command."""

from copy import replace
from datetime import timedelta
from functools import partial

import pytest

from desk.cases import commands
from desk.cases.commands import CaseCommand, SendReply, SetUrgency, TakeCase
from desk.cases.store import CaseFile
from desk.checks.model import Severity
from desk.commands import RequestKey
from desk.posts.commands import SubmitPost
from desk.posts.errors import RequestReused
from desk.posts.submit import Submitted
from desk.reading import Urgency
from desk.replies.decide import DECISIONS, decide
from desk.replies.errors import CaseChanged, CheckNotPassed, NothingToChange
from desk.replies.forms import LINK_ACTIONS, OPERATOR_ACTIONS, Action, FormRequest
from desk.replies.perform import CaseCommands, Edge
from desk.replies.reply import EVERY_FINDING, WITHOUT_WARNINGS, CaseFacts
from desk.staff.model import Person, Role
from tests.unit.replies.scene import CASE, NOW, DeskOfAnswers, brand_with, mention

FILE = CaseFile(CASE, [mention()], [])
FACTS = CaseFacts("operator", NOW, brand_with())
JIMIN = Person("jimin", "박지민", Role.OPERATOR)
WARNED = SendReply(by="박지민", seen=1, key=RequestKey("a" * 8), text="확인 후 연락드리겠습니다.")
"""It promises something without a time."""
FIELDS = {
    "text": "한 장은 지난달 것입니다.", "note": "전화하심", "comment": "더 짧게", "holder": "이수진", "snooze": "hour",
    "department": "network", "kind": "fault", "post": "p1", "sure": "1", "name": "박지민", "version": "1",
    "request": "form-0001",
}  # fmt: skip


@pytest.mark.parametrize("action", sorted(set(Action) - {Action.EDIT}))
def test_every_form_of_a_page_is_a_command_that_is_decided(action: Action) -> None:
    form = FormRequest("", {**FIELDS, "action": action}, NOW, "https://desk.example", person=JIMIN)

    command = form.command(FACTS.brand)

    assert command
    assert (command.by, command.seen) == ("박지민", 1)
    with pytest.raises(CaseChanged) as changed:
        decide(replace(command, seen=7), FILE, FACTS)
    assert changed.value.version == CASE.version


def test_a_link_gives_no_command_of_a_person_who_is_signed_in() -> None:
    assert not LINK_ACTIONS & OPERATOR_ACTIONS
    for action in OPERATOR_ACTIONS:
        assert FormRequest("l", {**FIELDS, "action": action}, NOW, "https://desk.example").command(FACTS.brand) is None


def test_every_command_is_decided() -> None:
    kinds = {each for each in vars(commands).values() if isinstance(each, type) and issubclass(each, CaseCommand)}

    assert set(DECISIONS) == kinds - {CaseCommand}


def test_an_edge_says_which_findings_a_reply_may_go_out_with() -> None:
    assert decide(WARNED, FILE, FACTS._replace(accepts=EVERY_FINDING)).findings
    with pytest.raises(CheckNotPassed) as stopped:
        decide(WARNED, FILE, FACTS._replace(accepts=WITHOUT_WARNINGS))
    assert [each.severity for each in stopped.value.checked.findings] == [Severity.WARNING]

    explained = replace(WARNED, override_reason="시각은 전화로 말했습니다")
    assert decide(explained, FILE, FACTS._replace(accepts=WITHOUT_WARNINGS)).event.overridden


def test_a_command_that_is_given_twice_is_done_once_and_its_id_is_for_one_content() -> None:
    desk = DeskOfAnswers()
    use_case = CaseCommands(desk.cases, _NoPosts(), None, desk.brand)
    take = TakeCase(by="박지민", seen=None, key=RequestKey("api-1", "a"))
    open_case = partial(desk.open_case.by_number, CASE.id)

    done = [use_case.perform(take, open_case(), Edge(NOW + timedelta(minutes=at)), open_case) for at in range(2)]

    assert done[0].event == done[1].event
    assert len(desk.events) == 1
    with pytest.raises(RequestReused):
        use_case.perform(replace(take, key=RequestKey("api-1", "b")), open_case(), Edge(NOW), open_case)


def test_an_urgency_that_the_case_has_already_is_no_change() -> None:
    command = SetUrgency(by="crm", seen=None, key=RequestKey("a" * 8), urgency=Urgency.NORMAL)

    with pytest.raises(NothingToChange) as same:
        decide(command, FILE, FACTS)
    assert same.value.case == CASE


class _NoPosts:
    def submit(self, new: SubmitPost) -> Submitted:
        raise AssertionError(new.id)
