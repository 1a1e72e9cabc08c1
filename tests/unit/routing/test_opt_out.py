"""Routing notes who wants no replies before anything else comes of the mention."""

from datetime import timedelta

import pytest

from desk.mentions.model import Mention, Source, Stage
from desk.reading import OPERATOR, Kind, Need, Reading, Urgency
from desk.routing.route import READ_TRIES
from tests.unit.routing.scene import TUESDAY, Scene, mention

NO_REPLIES = "@jade 환불은 됐어요. 이제 답글 달지 마세요"


class ChatReader:
    """Takes everything for talk; `failing` makes it fail."""

    failing = False

    def read(self, mention: Mention) -> Reading:
        if self.failing:
            raise ValueError("failing")
        return Reading(Kind.CHAT, Need.RELATIONSHIP, None, Urgency.LOW, "ko", 0.9, ())

    def is_routed(self, mention: Mention) -> bool:
        return self.read(mention).is_published


@pytest.fixture
def desk() -> Scene:
    return Scene(reader=ChatReader())


def test_an_opt_out_is_recorded_for_any_reading(desk: Scene) -> None:
    ids = desk.receive(mention(1, NO_REPLIES, author="55"), mention(2, "@jade 안녕하세요", author="56"))

    report = desk.router.route(ids)

    assert report.failures == {}
    assert desk.opt_outs.at == {"55": TUESDAY + timedelta(milliseconds=1)}


def test_an_opt_out_is_recorded_even_if_the_reader_fails(desk: Scene) -> None:
    desk.reader.failing = True  # type: ignore[attr-defined]  # ours, above
    desk.router.route(desk.receive(mention(1, NO_REPLIES, author="55")))

    assert "55" in desk.opt_outs.at


def test_an_opt_out_that_cannot_be_recorded_delays_its_mention_and_no_other(desk: Scene) -> None:
    wish, other = desk.receive(mention(1, NO_REPLIES, author="55"), mention(2, "@jade 안녕하세요", author="56"))
    desk.opt_outs.fail = 1

    first = desk.router.route([wish, other])

    assert list(first.failures) == [wish]
    assert desk.mentions.get_many([other])[other].stage is not Stage.READING

    second = desk.router.route([wish, other])

    assert second.failures == {}
    assert list(desk.opt_outs.at) == ["55"]


def test_an_opt_out_that_can_never_be_recorded_goes_to_the_operator(desk: Scene) -> None:
    ids = desk.receive(mention(1, NO_REPLIES, author="55"))
    desk.opt_outs.busy = True

    for _ in range(READ_TRIES):
        report = desk.router.route(ids)

    assert report.failures == {}
    assert len(desk.heard(OPERATOR)) == 1


def test_a_wish_that_was_said_to_somebody_else_is_no_opt_out(desk: Scene) -> None:
    found = mention(1, NO_REPLIES, author="55", source=Source.LISTENING)

    assert desk.router.route(desk.receive(found)).read == 1
    assert desk.opt_outs.at == {}
