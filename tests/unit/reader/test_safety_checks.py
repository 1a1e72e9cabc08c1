"""What may be about somebody's safety, but isn't sure to be, always reaches a person and wakes nobody by itself."""

import pytest

from desk.brand import Pin
from desk.reader.heads import CALM, CHECK
from desk.reader.trained_reader import TrainedReader
from desk.reading import ANSWERED, OPERATOR, Kind, Safety, Urgency, Why
from desk.x.model import Media
from tests.brands import small_brand
from tests.unit.reader.test_danger import CHAT, JUNK, MEANT_NOTHING, SURE, mention, read
from tests.unit.reader.toy_heads import INQUIRY, constant, hearing, trained

TO_CHECK = constant({CHECK: 0.9, CALM: 0.1})


@pytest.mark.parametrize("looks_like", [CHAT, JUNK, {**INQUIRY, "feedback": 0.9}])
def test_it_is_of_a_kind_that_somebody_answers_and_as_urgent_as_its_matter(looks_like: dict[str, float]) -> None:
    seen = read(MEANT_NOTHING, trained(looks_like, check=TO_CHECK))

    assert (seen.safety, seen.urgency, seen.wakes) == (Safety.CHECK, Urgency.NORMAL, False)
    assert seen.kind in ANSWERED


def test_it_is_the_operators_where_the_matter_is_no_departments() -> None:
    department = hearing({"billing": "파랑이가", "network": "빨강이가"})

    plain = read("빨강이가 요즘 좀 그래요", trained(check=TO_CHECK, department=department))
    unclear = read(MEANT_NOTHING, trained(check=TO_CHECK, department=constant({"billing": 0.5, "network": 0.5})))

    assert (plain.department, unclear.department) == ("network", OPERATOR)


def test_a_matter_that_is_urgent_or_alarming_by_itself_stays_so() -> None:
    seen = read(MEANT_NOTHING, trained(check=TO_CHECK, high=0.9))

    assert (seen.safety, seen.urgency, seen.wakes) == (Safety.CHECK, Urgency.HIGH, True)


def test_only_the_handling_is_kept_of_it() -> None:
    seen = read("빨강이가 청구서 얘기를 해요", trained(check=TO_CHECK, department=hearing({"network": "빨강이가"})))

    assert (seen.why[0], seen.terms) == (Why("check"), ())
    assert not any(why.evidence for why in seen.why)


def test_danger_and_words_of_self_harm_come_before_it() -> None:
    sure = read(MEANT_NOTHING, trained(danger=SURE, check=TO_CHECK))
    by_words = read("죽고 싶다 진짜", trained(check=TO_CHECK))

    assert (sure.safety, by_words.safety) == (Safety.DANGER, Safety.DANGER)


@pytest.mark.parametrize(("text", "media"), [("그만", (Media("photo", None, None),)), ("그만할게요", ())])
def test_few_words_beside_a_picture_are_checked_too(text: str, media: tuple[Media, ...]) -> None:
    assert read(text, trained(JUNK, check=TO_CHECK), media=media).safety is Safety.CHECK


def test_the_poll_knows_that_somebody_gets_it() -> None:
    asked, brand = mention(MEANT_NOTHING), small_brand()

    assert TrainedReader(brand, trained(CHAT, check=TO_CHECK)).is_routed(asked)
    assert not TrainedReader(brand, trained(CHAT)).is_routed(asked)


def test_a_pin_settles_what_it_names_and_leaves_the_check() -> None:
    seen = read(MEANT_NOTHING, trained(CHAT, check=TO_CHECK), Pin("word", "그거", department="billing"))

    assert (seen.department, seen.safety, seen.kind) == ("billing", Safety.CHECK, Kind.INQUIRY)
