"""What becomes of posts that were found by listening: nobody waits for an answer, unless somebody is in danger."""

import pytest

from desk.cases.model import CaseState, Event
from desk.mentions.model import Mention, Source
from desk.reading import OPERATOR, Kind, Need, Reading, Safety, Urgency
from desk.routing.decide import decide
from tests.brands import small_brand
from tests.fakes.notifications import FakeMailBudget
from tests.unit.routing.scene import TUESDAY, Scene, mention, mention_id

BRAND = small_brand()


def heard(number: int, text: str = "pr rumor", **changes: object) -> Mention:
    return mention(number, text, source=Source.LISTENING, **changes)  # type: ignore[arg-type]  # as mention takes them


def reading(kind: Kind, department: str | None = "pr", *, safety: Safety | None = None) -> Reading:
    is_danger = safety is Safety.DANGER
    urgency = Urgency.HIGH if is_danger else Urgency.NORMAL
    return Reading(kind, Need.INFORMATION, department, urgency, "ko", 0.9, (), wakes=is_danger, safety=safety)


@pytest.mark.parametrize("kind", [Kind.FAULT, Kind.RUMOR])
def test_a_department_hears_of_faults_and_rumours_without_a_case(kind: Kind) -> None:
    assert decide(heard(1), reading(kind), None, BRAND) == (Event.HEARD, None, True)


@pytest.mark.parametrize(
    ("kind", "department"),
    [(Kind.INQUIRY, "billing"), (Kind.FEEDBACK, "billing"), (Kind.CHAT, None), (Kind.JUNK, None)],
)
def test_nobody_is_notified_of_the_rest(kind: Kind, department: str | None) -> None:
    assert decide(heard(1), reading(kind, department), None, BRAND) == (None, None, False)


@pytest.mark.parametrize("safety", Safety)
@pytest.mark.parametrize("kind", [Kind.INQUIRY, Kind.CHAT])
def test_a_risk_to_somebody_opens_a_case_for_a_person_at_once(kind: Kind, safety: Safety) -> None:
    decision = decide(heard(1), reading(kind, OPERATOR, safety=safety), None, BRAND)

    assert (decision.event, decision.published) == (Event.CASE_OPENED, True)
    assert decision.case is not None
    is_danger = safety is Safety.DANGER
    assert (decision.case.safety, decision.case.wakes, decision.case.state) == (safety, is_danger, CaseState.OPEN)


def test_a_post_in_the_conversation_of_a_case_joins_it_and_nobody_waits_for_more() -> None:
    case = decide(mention(1, author="7"), reading(Kind.INQUIRY, "billing"), None, BRAND).case
    assert case is not None
    answered = case._replace(state=CaseState.ANSWERED, answered_at=TUESDAY)

    decision = decide(heard(2, author="7", conversation=1), reading(Kind.FAULT), answered, BRAND)

    assert (decision.event, decision.published) == (Event.CASE_JOINED, True)
    assert decision.case == answered._replace(version=2, mention_ids=(mention_id(1), mention_id(2)))


def test_danger_in_the_conversation_of_a_case_opens_it_again() -> None:
    case = decide(mention(1, author="7"), reading(Kind.INQUIRY, "billing"), None, BRAND).case
    assert case is not None
    answered = case._replace(state=CaseState.ANSWERED, answered_at=TUESDAY)

    after = decide(
        heard(2, author="7", conversation=1), reading(Kind.INQUIRY, safety=Safety.DANGER), answered, BRAND
    ).case

    assert after is not None
    assert (after.state, after.safety, after.urgency) == (CaseState.OPEN, Safety.DANGER, Urgency.HIGH)


def test_the_department_gets_json_and_a_mail_and_no_case_exists() -> None:
    desk = Scene()
    report = desk.router.route(desk.receive(heard(1, "billing rumor")))

    (told,) = desk.heard("billing")
    assert (told["event"], told["case"], told["mention"]["source"]) == ("heard", None, "listening")
    assert (report.published, report.mails, report.opened) == (1, 1, 0)
    assert desk.cases.get_many([told["mention"]["id"]]) == {}
    assert desk.unsent == {}


def test_many_heard_posts_are_one_mail() -> None:
    desk = Scene()
    report = desk.router.route(desk.receive(*(heard(n, "billing fault") for n in range(1, 8))))

    assert (report.published, report.mails) == (7, 1)
    (mail,) = (note for note in desk.topics.got["billing"] if note.attributes["delivery"] == "mail")
    assert mail.subject is not None
    assert "멘션 없는 언급" in mail.subject


def test_above_the_mail_budget_they_wait_for_the_summary() -> None:
    desk = Scene(budget=FakeMailBudget(count=0))
    report = desk.router.route(desk.receive(heard(1, "billing rumor high")))

    assert (report.mails, report.put_off) == (0, 1)
    assert desk.summary_of == {mention_id(1): "billing"}


def test_a_department_in_trial_is_told_nothing() -> None:
    billing = BRAND.departments["billing"]._replace(is_in_trial=True)
    desk = Scene(brand=BRAND._replace(departments={**BRAND.departments, "billing": billing}))
    desk.router.route(desk.receive(heard(1, "billing rumor")))

    assert not desk.topics.got["billing"]
    assert desk.unsent == {}
