"""What signed-in people do with a case: notes, assignees, snoozing, drafts sent back, reopened cases."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from desk.cases.model import CaseEventKind, CaseState, Draft, Reminded, Review
from desk.cases.outbox import is_still_relevant
from desk.errors import TopicsUnavailable
from desk.outbox.model import versioned
from desk.reading import Safety, Urgency
from desk.replies.actions import ActionOutcome, ActionResult
from desk.replies.forms import FormRequest, signed_name
from desk.staff.model import Person, Role
from tests.unit.replies.scene import CASE, NOW, DeskOfAnswers, mention

JIMIN = Person("jimin", "박지민", Role.OPERATOR)
SUJIN = Person("sujin", "이수진", Role.OPERATOR)
BILLING = Person("billing", "김지은", Role.DEPARTMENT, frozenset({"billing"}))
NETWORK = Person("network", "오민석", Role.DEPARTMENT, frozenset({"network"}))
SECOND = timedelta(seconds=1)
DRAFT = Draft("한 장은 지난달 것입니다.", "김지은", NOW)


@dataclass
class Desk(DeskOfAnswers):
    def act(self, action: str, **fields: str) -> ActionResult:
        """Do it as an operator who is signed in, at the version of now; a field `version` is sent instead of that."""
        return self.act_as(JIMIN, action, fields)

    def act_as(self, person: Person, action: str, fields: dict[str, str], now: datetime = NOW) -> ActionResult:
        about = {"version": str(self.case.version), "request": "form-0001", "name": signed_name(person)}
        form = FormRequest("", about | {"action": action} | fields, now, "https://desk.example", person, CASE.id)
        return self.actions.perform(form)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_note_is_recorded_with_its_author_and_changes_nothing_else(desk: Desk) -> None:
    before = desk.case

    assert desk.act_as(BILLING, "note", {"note": "어제 전화로도 물어보셨습니다."}).done == "noted"

    (event,) = desk.events
    assert (event.what, event.by, event.text) == (CaseEventKind.NOTED, "김지은", "어제 전화로도 물어보셨습니다.")
    assert desk.case == before._replace(version=before.version + 1)


@pytest.mark.parametrize(("action", "field"), [("note", "note"), ("assign", "holder"), ("snooze", "snooze")])
def test_an_empty_field_is_named_and_nothing_is_saved(desk: Desk, action: str, field: str) -> None:
    acted = desk.act(action)

    assert acted.message
    assert (acted.outcome, acted.message.field) == (ActionOutcome.INVALID, field)
    assert not desk.events


def test_somebody_else_can_be_made_the_holder_and_the_history_has_both(desk: Desk) -> None:
    assert desk.act("assign", holder="이수진").done == "assigned"

    assert desk.case.holder == "이수진"
    assert (desk.events[0].by, desk.events[0].assignee) == ("박지민", "이수진")
    assert desk.act("assign", holder="이수진", request="form-0002").outcome is ActionOutcome.INVALID


SEOUL_16 = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("fields", "until"),
    [
        ({"snooze": "hour"}, NOW + timedelta(hours=1)),
        ({"snooze": "afternoon"}, SEOUL_16),
        ({"snooze": "tomorrow"}, datetime(2026, 11, 25, 0, 0, tzinfo=UTC)),
        ({"snooze": "date", "snooze_until": "2026-11-27"}, datetime(2026, 11, 27, 0, 0, tzinfo=UTC)),
        ({"snooze": "date", "snooze_until": "2026-11-24T13:30"}, datetime(2026, 11, 24, 4, 30, tzinfo=UTC)),
        ({"snooze": "department"}, NOW + timedelta(days=9)),
    ],
)
def test_a_case_is_put_off_for_the_chosen_time(desk: Desk, fields: dict[str, str], until: datetime) -> None:
    desk.have(due_at=NOW + timedelta(days=9))

    assert desk.act_as(JIMIN, "snooze", fields).done == "snoozed"

    assert (desk.case.snoozed_until, desk.events[0].until) == (until, until)
    assert desk.case.due_at == NOW + timedelta(days=9)


def test_a_case_comes_back_at_its_deadline_at_the_latest(desk: Desk) -> None:
    desk.have(due_at=NOW + timedelta(hours=2))

    desk.act("snooze", snooze="tomorrow")

    assert desk.case.snoozed_until == NOW + timedelta(hours=2)


@pytest.mark.parametrize(
    "changes",
    [
        {"urgency": Urgency.HIGH},
        {"safety": Safety.DANGER},
        {"safety": Safety.CHECK},
        {"due_at": NOW},
        {"state": CaseState.QUEUED},
    ],
)
def test_what_cannot_wait_is_not_put_off(desk: Desk, changes: dict[str, object]) -> None:
    desk.have(**{"due_at": NOW + timedelta(days=1)} | changes)

    assert desk.act("snooze", snooze="hour").outcome is ActionOutcome.INVALID
    assert desk.case.snoozed_until is None


@pytest.mark.parametrize(
    "fields",
    [
        {"snooze": "date", "snooze_until": "2026-11-23"},
        {"snooze": "date", "snooze_until": "morgen"},
        {"snooze": "date"},
        {"snooze": "never"},
    ],
)
def test_a_moment_that_is_none_or_has_passed_is_refused(desk: Desk, fields: dict[str, str]) -> None:
    assert desk.act_as(JIMIN, "snooze", fields).outcome is ActionOutcome.INVALID


@pytest.mark.parametrize(
    ("action", "fields"),
    [
        ("wake", {}),
        ("answer", {"text": "답변"}),
        ("hand", {"department": "network"}),
        ("close", {"reason": "끝"}),
        ("raise", {}),
    ],
)
def test_an_action_on_a_case_that_was_put_off_brings_it_back(desk: Desk, action: str, fields: dict[str, str]) -> None:
    desk.have(due_at=NOW + timedelta(days=1))
    assert desk.act("snooze", snooze="hour").done == "snoozed"

    assert desk.act_as(BILLING if action == "answer" else JIMIN, action, fields | {"request": "form-0002"}).done
    assert desk.case.snoozed_until is None


def test_a_draft_goes_back_to_its_department_with_the_comment_and_comes_again_without_it(desk: Desk) -> None:
    desk.have(state=CaseState.DRAFTED, draft=DRAFT)

    assert desk.act("return_draft", comment="환불 날짜도 적어 주세요.").done == "returned"

    assert desk.case.state is CaseState.OPEN
    assert desk.case.draft == DRAFT._replace(comment="환불 날짜도 적어 주세요.")
    assert desk.colleagues.notified == [("returned", "billing", "박지민", "환불 날짜도 적어 주세요.")]
    assert not desk.cases.entries
    desk.act_as(BILLING, "answer", {"text": "12월 1일에 환불됩니다.", "request": "form-0002"})
    assert desk.case.draft == Draft("12월 1일에 환불됩니다.", "김지은", NOW)
    assert desk.case.state.value == "drafted"


def test_a_department_that_could_not_be_told_of_its_draft_is_told_by_the_sweep(desk: Desk) -> None:
    desk.have(state=CaseState.DRAFTED, draft=DRAFT)
    desk.colleagues.error = TopicsUnavailable("down")

    assert desk.act("return_draft", comment="다시 써 주세요.").done == "not_notified"
    assert [entry.what for entry in desk.cases.entries.values()] == ["returned"]


@pytest.mark.parametrize("changes", [{}, {"state": CaseState.DRAFTED, "draft": DRAFT, "department": "operator"}])
def test_only_a_department_s_draft_can_go_back(desk: Desk, changes: dict[str, object]) -> None:
    desk.have(**changes)

    assert desk.act("return_draft", comment="다시").outcome is ActionOutcome.INVALID


@pytest.mark.parametrize("state", [CaseState.ANSWERED, CaseState.MOVED, CaseState.CLOSED])
def test_a_case_that_is_over_can_be_opened_again_with_a_deadline_from_now(desk: Desk, state: CaseState) -> None:
    desk.have(state=state, post_id="reply-1", answered_at=NOW)
    later = NOW + timedelta(days=3)

    assert desk.act_as(JIMIN, "reopen", {}, later).done == "reopened"

    case = desk.case
    assert (case.state, case.asked_at, case.post_id, case.answered_at) == (CaseState.OPEN, later, None, NOW)
    assert case.due_at > later


def test_people_see_only_the_cases_of_their_department(desk: Desk) -> None:
    acted = desk.act_as(NETWORK, "note", {"note": "남의 건"})

    assert (acted.outcome, acted.opened.file) == (ActionOutcome.CLOSED, None)
    assert not desk.events


def test_a_stale_page_changes_nothing_and_the_same_form_twice_acts_once(desk: Desk) -> None:
    assert desk.act("note", note="하나", version="7").outcome is ActionOutcome.MOVED
    form = {"version": str(desk.case.version), "note": "하나"}

    assert [desk.act_as(JIMIN, "note", form).done for _ in range(2)] == ["noted", "noted"]
    assert len(desk.events) == 1


def test_a_link_does_not_allow_the_actions_of_signed_in_people(desk: Desk) -> None:
    assert desk.do("note", note="링크로").outcome is ActionOutcome.MOVED
    assert not desk.events


@pytest.mark.parametrize(("name", "signed"), [("박지민", "박지민"), ("가" * 60, "가" * 40), ("\u202e", "jimin")])
def test_any_name_of_an_issuer_can_be_recorded(name: str, signed: str) -> None:
    assert signed_name(Person("jimin", name, Role.OPERATOR)) == signed


PROMISED = {"promised_until": NOW + timedelta(hours=3), "state": CaseState.PROMISED}


@pytest.mark.parametrize("changes", [{}, {"review": Review.CHAT}, PROMISED])
def test_a_hand_over_is_taken_back_and_all_is_as_it_was(desk: Desk, changes: dict[str, Any]) -> None:
    desk.have(holder="이수진", due_at=NOW + timedelta(minutes=50), **changes)
    before = desk.case
    desk.act("hand", department="network", request="form-0000")
    assert desk.case.due_at != before.due_at

    acted = desk.act("take_back")

    assert (acted.outcome, acted.done) == (ActionOutcome.DONE, "taken_back")
    assert desk.case == before._replace(version=before.version + 2)
    assert [(event.what, event.department) for event in desk.events] == [
        (CaseEventKind.HANDED, "network"),
        (CaseEventKind.TAKEN_BACK, before.department),
    ]
    assert [what[1] for what in desk.colleagues.notified] == ["network"], "who gets it back never lost it"
    assert not desk.cases.entries


DRAFTED = {"state": CaseState.DRAFTED, "draft": DRAFT}
CHECKED = {"safety": Safety.CHECK}
STEPS: tuple[tuple[str, dict[str, str], dict[str, Any]], ...] = (
    ("take", {}, {}),
    ("take", {}, DRAFTED),
    ("assign", {"holder": "최보라"}, DRAFTED | {"awaits_release": True}),
    ("close", {"reason": "전화로 해결"}, {"snoozed_until": NOW + timedelta(hours=1)}),
    ("close", {"reason": "감사 인사"}, {"state": CaseState.ANSWERED, "answered_at": NOW}),
    ("close", {"reason": "전화로 해결"}, PROMISED),
    ("misread", {"kind": "fault", "department": "network"}, {"review": Review.CHAT}),
    ("misread", {"kind": "fault", "department": "billing"}, PROMISED),
    ("misread", {"kind": "junk", "department": "billing"}, {}),
    ("raise", {}, PROMISED),
    ("raise", {}, DRAFTED | CHECKED),
    ("lower", {}, {"urgency": Urgency.HIGH, "wakes": True}),
    ("clear", {}, CHECKED),
)


@pytest.mark.parametrize(("action", "fields", "changes"), STEPS)
def test_every_step_on_a_case_is_taken_back_and_all_is_as_it_was(
    desk: Desk, action: str, fields: dict[str, str], changes: dict[str, Any]
) -> None:
    desk.have(**({"holder": "이수진"} | changes))
    before = desk.case
    assert desk.act(action, **fields, request="form-0000").outcome is ActionOutcome.DONE
    moved = desk.case.department != before.department

    acted = desk.act("take_back")

    assert (acted.outcome, acted.done) == (ActionOutcome.DONE, "taken_back" if moved else "restored")
    kept = desk.case._replace(alarmed_at=before.alarmed_at)  # the people on call were notified, and stay so
    assert kept == before._replace(version=before.version + 2)
    assert desk.act("take_back", request="form-0002").outcome is ActionOutcome.INVALID


@pytest.mark.parametrize("action", ["close", "misread"])
def test_a_step_that_dropped_a_draft_is_not_taken_back(desk: Desk, action: str) -> None:
    desk.have(**DRAFTED)
    desk.act(action, request="form-0000", reason="전화로 해결", kind="fault", department="network")

    assert (acted := desk.act("take_back")).message
    assert acted.message.key == "answer.problem.take_back_lost"


def test_a_department_that_was_not_notified_of_a_hand_over_is_not_notified_any_more(desk: Desk) -> None:
    desk.colleagues.error = TopicsUnavailable("network")
    assert desk.act("hand", department="network", request="form-0000").done == "not_notified"

    assert desk.act("take_back").done == "taken_back_not_notified"
    (entry,) = desk.cases.entries.values()
    assert not is_still_relevant(desk.events[0], desk.case), "the sweep drops it"
    assert entry.subject == versioned(desk.case.id, desk.case.version - 1)


@pytest.mark.parametrize("since", ["note", "mention", "reply"])
def test_a_hand_over_is_not_taken_back_once_something_else_has_happened(desk: Desk, since: str) -> None:
    desk.act("hand", department="network", request="form-0000")
    if since == "note":
        desk.act_as(NETWORK, "note", {"note": "보고 있습니다.", "request": "form-0009"})
    elif since == "mention":
        later = mention(101)
        case = desk.case._replace(mention_ids=("100", "101"))
        desk.cases.put(case, mention(), later._replace(mention=later.mention._replace(received_at=NOW + SECOND)))
    else:
        desk.act_as(NETWORK, "confirm", {"text": "확인했습니다.", "request": "form-0009"})
    before = desk.case

    acted = desk.act("take_back")

    assert acted.message
    assert (acted.outcome, acted.message.key) == (ActionOutcome.INVALID, "answer.problem.take_back_changed")
    assert desk.case == before


@pytest.mark.parametrize("lost", [{"draft": DRAFT, "state": CaseState.DRAFTED}, {"awaits_release": True}])
def test_a_hand_over_that_dropped_a_draft_or_decided_about_a_trial_is_not_taken_back(
    desk: Desk, lost: dict[str, Any]
) -> None:
    desk.have(**lost)
    desk.act("hand", department="network", request="form-0000")

    acted = desk.act("take_back")

    assert acted.message
    assert acted.message.key == "answer.problem.take_back_lost"
    assert desk.case.department == "network"


def test_a_page_that_is_older_than_the_case_takes_nothing_back(desk: Desk) -> None:
    desk.act("hand", department="network", request="form-0000")

    assert desk.act("take_back", version="1").outcome is ActionOutcome.MOVED
    assert desk.case.department == "network"


def test_a_department_is_reminded_once_an_hour_whoever_asks_and_the_case_says_by_whom(desk: Desk) -> None:
    twice = [desk.act("remind"), desk.act("remind", version="1")]
    of_another = desk.act_as(SUJIN, "remind", {"request": "form-0002"})
    later = desk.act_as(SUJIN, "remind", {"request": "form-0003"}, NOW + timedelta(hours=1))

    assert [each.done for each in (*twice, of_another, later)] == [
        *["reminded_by_person"] * 2,
        "",
        "reminded_by_person",
    ]
    assert of_another.message
    assert (of_another.message.key, of_another.message.values["by"]) == ("answer.problem.remind_again", "박지민")
    assert desk.colleagues.notified == [("reminded_by_person", "billing", by, "") for by in (JIMIN.name, SUJIN.name)]
    assert [(each.what, each.by, each.department) for each in desk.events] == [
        (CaseEventKind.REMINDED_BY_PERSON, by, "billing") for by in (JIMIN.name, SUJIN.name)
    ]
    assert desk.case.reminded == Reminded(SUJIN.name, NOW + timedelta(hours=1))


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"department": "operator"}, "remind_elsewhere"),
        ({"state": CaseState.DRAFTED, "draft": Draft("초안", "김지은", NOW)}, "remind_elsewhere"),
        ({"state": CaseState.CLOSED}, "remind_elsewhere"),
        ({}, "remind_gone"),
    ],
)
def test_nobody_is_reminded_of_a_case_that_waits_for_no_department_or_has_no_words(
    desk: Desk, changes: dict[str, Any], key: str
) -> None:
    desk.have(**changes)
    if not changes:
        desk.cases.mentions.clear()

    acted = desk.act("remind")

    assert acted.message
    assert acted.message.key == f"answer.problem.{key}"
    assert not desk.events
    assert not desk.colleagues.notified
