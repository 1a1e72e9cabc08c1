"""Where somebody may be in danger people hear of it at once, at any hour, and no conclusion about them is kept."""

import json
from copy import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from desk.cases.model import CaseState
from desk.mentions.items import reading_attributes
from desk.mentions.model import Mention, Parent
from desk.notifications.mail_budget import DANGER_A_SECOND
from desk.reading import Reading, Safety, Urgency, Why
from desk.routing.route import READ_TRIES
from tests.fakes.notifications import FakeMailBudget
from tests.unit.routing.scene import Scene, mention, mention_id
from tests.unit.routing.test_on_call import WakingReader, called, calling

WORDS = "이제 그만 죽고 싶어요"
LINE = "자살예방상담전화 109"
SUNDAY_NIGHT = datetime(2026, 11, 28, 18, 0, tzinfo=UTC)
"""3 in the morning in Seoul."""


class DangerReader(WakingReader):
    """Reads `danger` as danger, with more reasons than may be kept, and `check` as what is to be checked."""

    def read(self, mention: Mention) -> Reading:
        reading = super().read(mention)
        words = mention.post.text.split()
        if "check" in words:
            return replace(reading, safety=Safety.CHECK, why=(Why("check"),), wakes=False)
        if "danger" not in words:
            return reading
        why = (Why("like_inquiry"), Why("department_word", "죽고"), Why("pin.word.urgency", "싶어요"))
        return replace(reading, urgency=Urgency.HIGH, wakes=True, safety=Safety.DANGER, why=why, terms=("죽고",))


def scene(**changes: Any) -> Scene:
    return Scene(reader=DangerReader(), **changes)


def test_self_harm_is_mailed_to_department_and_operator_with_instructions() -> None:
    desk = scene()

    desk.router.route(desk.receive(mention(1, f"billing inquiry danger {WORDS}")))

    for department in ("billing", "operator"):
        [mail] = desk.topics.mails(department)
        assert "자살·자해와 관련된 글로 보입니다." in mail.body
        assert LINE in mail.body
        assert (mail.subject or "").startswith("[위험] ")
    assert "운영자에게도 보냅니다" in desk.topics.mails("operator")[0].body
    assert desk.topics.cases("operator") == []


def test_other_danger_is_mailed_to_the_department_alone_with_numbers_to_call() -> None:
    desk = scene()

    desk.router.route(desk.receive(mention(1, "network fault danger 불이 났어요")))

    [mail] = desk.topics.mails("network")
    assert "사람이 위험할 수 있는 글입니다." in mail.body
    assert "119" in mail.body
    assert LINE not in mail.body
    assert desk.topics.mails("operator") == []


def test_what_is_to_be_checked_is_a_mail_of_its_own_to_the_department_and_calls_nobody() -> None:
    desk = calling(reader=DangerReader(), now=SUNDAY_NIGHT)

    desk.come(mention(1, "billing inquiry check 그동안 고마웠어요"), mention(2), mention(3))

    own, others = desk.topics.mails("billing")
    assert (own.subject or "").startswith("[안전 확인 필요] ")
    assert "안전 확인 필요: 도움이 필요한 분의 글일 수 있습니다." in own.body
    assert own.body.count("문의 번호") == 1
    assert "새 글 2건" in (others.subject or "")
    assert (desk.topics.mails("operator"), called(desk)) == ([], [])
    assert not any(key in json.dumps(desk.heard("billing")) for key in ('"safety"', '"unseen_since"'))


def test_somebody_elses_post_that_the_author_points_to_counts_as_well() -> None:
    desk = scene()
    parent = Parent("1", mention(9, WORDS, author="77").post)

    desk.router.route(desk.receive(mention(1, "billing inquiry 이분 좀 봐 주세요", parent=parent)))

    assert LINE in desk.topics.mails("billing")[0].body


def test_no_mail_budget_delays_danger_while_the_rest_of_the_same_mail_waits() -> None:
    desk = scene(budget=FakeMailBudget(count=0))

    report = desk.router.route(
        desk.receive(mention(1), mention(2, f"billing inquiry danger {WORDS}"), mention(3, "network fault danger"))
    )

    [mail] = desk.topics.mails("billing")
    assert (mention_id(2) in mail.body, mention_id(1) in mail.body) == (True, False)
    assert len(desk.topics.mails("operator")) == len(desk.topics.mails("network")) == 1
    assert (report.mails, desk.summary_of) == (3, {mention_id(1): "billing"})


def test_each_danger_of_a_batch_is_a_mail_of_its_own_before_the_one_about_all_others() -> None:
    desk = scene()
    danger = [mention(number, f"network fault danger {number}번 승강기에 갇혔어요") for number in (3, 5)]
    others = [mention(number, "network fault high") for number in (1, 2, 4)]

    report = desk.router.route(desk.receive(*others, *danger))

    mails = desk.topics.mails("network")
    assert [(mail.subject or "").split("]")[0] for mail in mails] == ["[위험", "[위험", "[긴급"]
    assert [[one.id in mail.body for one in (*danger, *others)] for mail in mails] == [
        [True, False, False, False, False],
        [False, True, False, False, False],
        [False, False, True, True, True],
    ]
    assert "새 글 3건" in (mails[2].subject or "")
    assert (report.mails, sorted(desk.topics.cases("network"))) == (3, sorted(one.id for one in (*danger, *others)))
    assert desk.summary_of == {}


def test_a_further_mention_of_such_a_case_is_a_mail_of_its_own_too() -> None:
    desk = scene()
    desk.router.route(desk.receive(mention(1, "network fault danger", conversation=1)))
    desk.now += timedelta(minutes=1)

    calm = mention(2, "network inquiry 아직 안 오셨어요", conversation=1, author="91")
    desk.router.route(desk.receive(calm, mention(3, "network inquiry")))

    _, own, others = desk.topics.mails("network")
    assert (own.subject or "").startswith("[위험] ")
    assert (calm.id in own.body, calm.id in others.body) == (True, False)


def test_more_danger_than_sns_takes_in_a_second_is_mailed_within_seconds_each_once() -> None:
    desk = scene()
    began = desk.now

    desk.router.route(desk.receive(*(mention(number, "network inquiry danger") for number in range(1, 32))))

    assert len(desk.topics.mails("network")) == 31
    assert desk.now - began < timedelta(seconds=10)
    counted = desk.budget.sent["network"]
    assert max(sum(at <= one < at + timedelta(seconds=1) for one in counted) for at in counted) == DANGER_A_SECOND
    assert desk.summary_of == {}


def test_while_others_send_that_many_the_rest_waits_for_the_sweep_which_mails_each_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk = scene()
    monkeypatch.setattr(desk.budget, "reserve_danger", lambda *_: False)
    waiting = [mention(number, "network fault danger") for number in (1, 2)]
    began = desk.now

    desk.router.route(desk.receive(*waiting, mention(3, "network fault")))

    assert len(desk.topics.mails("network")) == 1
    assert set(desk.summary_of) == {one.id for one in waiting}
    assert desk.now - began <= timedelta(seconds=2)
    monkeypatch.undo()
    desk.send_outbox()
    _, *own = desk.topics.mails("network")
    assert [[one.id in mail.body for one in waiting] for mail in own] == [[True, False], [False, True]]
    assert all((mail.subject or "").startswith("[위험] ") for mail in own)
    assert desk.summary_of == {}


def test_the_sweep_mails_danger_first_each_alone_and_no_more_in_a_second_than_sns_takes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk = scene()
    for method in ("reserve", "reserve_danger"):
        monkeypatch.setattr(desk.budget, method, lambda *_, **__: False)
    desk.router.route(desk.receive(*(mention(n, f"network inquiry {'danger' if n < 9 else ''}") for n in range(1, 11))))
    monkeypatch.undo()

    desk.send_outbox()

    mails, counted = desk.topics.mails("network"), desk.budget.sent["network"]
    assert [(mail.subject or "").startswith("[위험] ") for mail in mails] == [True] * 8 + [False]
    assert len(counted) == 9
    assert max(sum(at <= one < at + timedelta(seconds=1) for one in counted) for at in counted) == DANGER_A_SECOND


def test_danger_is_mailed_even_if_the_budget_cannot_be_read() -> None:
    desk = scene(budget=FakeMailBudget(busy=True))

    desk.router.route(desk.receive(mention(1, f"billing inquiry danger {WORDS}")))

    assert len(desk.topics.mails("billing")) == len(desk.topics.mails("operator")) == 1


@pytest.mark.parametrize(("gone", "waits_for"), [("operator", "operator"), ("billing", "billing")])
def test_a_failed_mail_of_danger_waits_for_the_topic_that_did_not_get_it(gone: str, waits_for: str) -> None:
    desk = scene()
    desk.topics.refused = {"mail"} if gone == "billing" else set()
    desk.topics.gone = {"operator"} if gone == "operator" else set()

    desk.router.route(desk.receive(mention(1, f"billing inquiry danger {WORDS}")))

    assert desk.summary_of == {mention_id(1): waits_for}


def test_on_a_sunday_night_people_on_call_are_called_in_the_same_run() -> None:
    desk = calling(reader=DangerReader(), now=SUNDAY_NIGHT)

    desk.come(mention(1, f"operator inquiry danger {WORDS}", received_at=SUNDAY_NIGHT))

    [case] = desk.cases.cases.values()
    assert called(desk) == [case.id]
    assert case.due_at == SUNDAY_NIGHT + desk.brand.targets.of(case.kind).high
    assert WORDS not in desk.topic.got[0].sms + desk.topic.got[0].machine + desk.topic.got[0].plain
    assert "자살" not in desk.topic.got[0].sms + desk.topic.got[0].machine + desk.topic.got[0].plain


def test_danger_that_joins_a_case_with_a_holder_is_called_again_and_clears_holder_and_promise() -> None:
    desk = calling(reader=DangerReader())
    desk.come(mention(1, "billing inquiry high wakes", author="7", conversation=1))
    [case] = desk.cases.cases.values()
    promised = replace(case, state=CaseState.PROMISED, promised_until=case.due_at + timedelta(days=1), holder="민아")
    desk.cases.cases[case.id] = promised

    desk.now += timedelta(minutes=1)

    desk.come(mention(2, f"billing inquiry danger {WORDS}", author="7", conversation=1, received_at=desk.now))

    after = desk.cases.cases[case.id]
    assert (after.safety, after.holder, after.promised_until) == (Safety.DANGER, None, None)
    assert called(desk) == [case.id, case.id]


def test_a_case_in_danger_stays_one_when_its_author_goes_on() -> None:
    desk = scene()
    desk.router.route(desk.receive(mention(1, "billing inquiry danger", author="7", conversation=1)))

    desk.router.route(desk.receive(mention(2, "- chat 네", author="7", conversation=1)))
    desk.router.route(desk.receive(mention(3, "billing inquiry", author="7", conversation=1)))

    [case] = desk.cases.cases.values()
    assert (case.safety, case.urgency, len(case.mention_ids)) == (Safety.DANGER, Urgency.HIGH, 3)


def test_neither_store_nor_json_nor_log_has_evidence_of_danger_or_the_note(
    caplog: pytest.LogCaptureFixture,
) -> None:
    desk = scene()
    desk.topics.gone = {"operator"}

    desk.router.route(desk.receive(mention(1, f"billing inquiry danger {WORDS}")))

    stored = desk.mentions.stored[mention_id(1)]
    reading = stored.outcome.reading if stored.outcome else None
    assert reading is not None
    assert (reading.why, reading.terms, reading.safety) == ((Why("danger"), Why("like_inquiry")), (), Safety.DANGER)
    [message] = desk.heard("billing")
    assert [why["evidence"] for why in message["reading"]["why"]] == ["", ""]
    del message["mention"]["text"]
    told = json.dumps(message, ensure_ascii=False) + caplog.text + str(desk.mentions.stored[mention_id(1)].outcome)
    assert not any(word in told for word in ("죽고", "싶어요", "자살", "자해", "109", "safety_note", "self_harm"))


def test_stored_attributes_have_no_evidence_of_danger() -> None:
    reading = DangerReader().read(mention(1, f"billing inquiry danger {WORDS}"))

    kept = reading_attributes(reading)

    assert kept["why"] == [{"rule": "danger", "evidence": ""}, {"rule": "like_inquiry", "evidence": ""}]
    assert (kept["terms"], kept["safety"]) == (None, "danger")


class BrokenReader:
    """Fails at whatever it reads."""

    def read(self, _mention: Mention) -> Reading:
        raise ValueError("no reading")

    def is_routed(self, _mention: Mention) -> bool:
        raise ValueError("no reading")


@pytest.mark.parametrize(("text", "urgency"), [(WORDS, Urgency.HIGH), ("청구서요", Urgency.NORMAL)])
def test_an_unreadable_mention_is_urgent_if_it_mentions_self_harm(text: str, urgency: Urgency) -> None:
    desk = Scene(reader=BrokenReader())
    ids = desk.receive(mention(1, text))

    for _ in range(READ_TRIES):
        desk.router.route(ids)

    [case] = desk.cases.cases.values()
    is_danger = urgency is Urgency.HIGH
    assert (case.urgency, case.wakes, case.safety is Safety.DANGER) == (urgency, is_danger, is_danger)
