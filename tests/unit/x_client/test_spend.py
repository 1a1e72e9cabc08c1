"""What X may cost is on record before it is called, and what it did cost after."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any, NoReturn

import pytest

from desk.brand import Purpose, XBudget
from desk.errors import NotReached, OverBudget, StoreBusy, XError
from desk.x.budget import Limit
from desk.x.dialects import Dialect, DialectChoice
from desk.x.model import Usage
from desk.x.spend import Reservation, Reserved
from desk.x.transport import Transport
from tests.fakes.x import FakeSpend
from tests.unit.x_client.conftest import CALLS, NOON, World
from tests.unit.x_client.scripted_x import Reply, Reset

TODAY = date(2026, 11, 24)
TOMORROW = TODAY + timedelta(days=1)
POST = {
    "id": "20",
    "author_id": "7",
    "conversation_id": "20",
    "created_at": "2026-11-24T03:00:00.000Z",
    "text": "요금제 문의드려요",
}


class Killed(BaseException):
    """The process dies."""


def dies(*_: object) -> NoReturn:
    raise Killed


@pytest.mark.parametrize(
    ("name", "micro_usd"),
    [
        ("mentions", 100 * 1_000),
        ("own_posts", 100 * 1_000),
        ("own_post", 1_000),
        ("liked", 20 * (1_000 + 10_000)),
        ("search", 100 * 5_000),
        ("posts", 5_000),
        ("accounts", 2 * 10_000),
        ("conversation", 20 * 5_000),
        ("messages", 20 * (10_000 + 10_000)),
        ("trends", 10_000),
        ("heard", 10 * 5_000),
        ("counts", 5_000),
        ("me", 10_000),
        ("create", 15_000),
        ("delete", 10_000),
        ("describe", 5_000),
    ],
)
def test_a_run_that_dies_in_a_call_leaves_its_highest_price_in_the_days_sum(
    world: World, monkeypatch: pytest.MonkeyPatch, name: str, micro_usd: int
) -> None:
    monkeypatch.setattr(Transport, "send", dies)

    with pytest.raises(Killed):
        CALLS[name](world.client())

    assert world.spend.on(TODAY) == Usage(1, micro_usd)


def test_in_the_newer_dialect_every_author_and_two_references_are_part_of_the_highest_price(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Transport, "send", dies)
    world.dialects.save(DialectChoice("mentions", Dialect.POSTS, NOON.replace(hour=4)))

    with pytest.raises(Killed):
        world.client().mentions()

    assert world.spend.on(TODAY) == Usage(1, 100 * (1_000 + 10_000 + 2 * 5_000))


def test_a_run_that_dies_between_two_calls_leaves_what_it_used_and_the_next_price(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.x.will(Reply(body={"data": [POST]}))
    client = world.client()
    client.mentions()
    monkeypatch.setattr(Transport, "send", dies)

    with pytest.raises(Killed):
        client.posts(["21"], with_authors=True)
    next_run = world.client()
    next_run.take_usage()

    assert world.spend.on(TODAY).micro_usd >= 1_000 + 5_000 + 10_000


def test_the_actual_cost_replaces_the_reserved_one(world: World) -> None:
    world.x.will(Reply(body={"data": [POST, POST | {"id": "21"}]}))
    client = world.client()
    client.mentions()
    reserved = world.spend.on(TODAY)

    usage = client.take_usage()

    assert reserved == Usage(1, 100_000)
    assert usage == world.spend.on(TODAY) == Usage(1, 2_000)
    assert world.spend.reserved == {}


def test_a_post_that_was_read_at_two_prices_costs_the_higher_one(world: World) -> None:
    world.x.will(Reply(body={"data": [POST]}), Reply(body={"data": [POST]}), Reply(body={"data": [POST]}))
    client = world.client()
    client.mentions()
    client.posts(["20"], with_authors=False)
    client.mentions()

    assert client.take_usage() == Usage(3, 5_000)


@pytest.mark.parametrize(
    ("reply", "name", "usage"),
    [
        (Reset(), "mentions", Usage(3, 100_000)),
        (Reset(), "trends", Usage(3, 3 * 10_000)),
        (Reply(body=b"<html>"), "mentions", Usage(3, 100_000)),
        (Reply(503, {}), "mentions", Usage(3, 0)),
        (Reply(429, {}), "mentions", Usage(1, 0)),
        (Reset(), "create", Usage(1, 15_000)),
        (Reply(503, {}), "create", Usage(1, 15_000)),
        (Reply(201, {"data": {}}), "create", Usage(1, 15_000)),
        (Reply(403, {"detail": "duplicate content"}), "create", Usage(1, 0)),
    ],
)
def test_a_failed_call_costs_nothing_only_if_x_certainly_returned_nothing(
    world: World, reply: object, name: str, usage: Usage
) -> None:
    world.x.will(reply)
    client = world.client()

    with pytest.raises(XError):
        CALLS[name](client)

    assert client.take_usage() == world.spend.on(TODAY) == usage


def test_posts_whose_answer_is_lost_again_and_again_count_once_a_utc_day(world: World) -> None:
    """Else an hour in which X does not answer would spend the day's budget, and mentions would stop."""
    world.x.will(Reset())
    client, spent = world.client(), list[int]()

    for since_id, hours in (("20", 0), ("20", 1), ("30", 1), ("20", 24)):
        world.now = NOON + timedelta(hours=hours)
        with pytest.raises(XError):
            client.mentions(since_id=since_id)
        spent.append(client.take_usage().micro_usd)

    assert spent == [100_000, 0, 100_000, 100_000]


@pytest.mark.parametrize("purpose", [Purpose.MENTIONS, Purpose.PUBLISHING])
def test_where_the_sum_cannot_be_written_mentions_are_read_and_posts_published(world: World, purpose: Purpose) -> None:
    world.spend.busy = True
    world.x.will(Reply(201, {"data": {"id": "78"}}))
    client = world.client(purpose)

    post_id = client.create_post("안녕하세요")

    assert (post_id, client.take_usage()) == ("78", Usage(1, 15_000))


@pytest.mark.parametrize("purpose", [each for each in Purpose if each not in (Purpose.MENTIONS, Purpose.PUBLISHING)])
def test_where_the_sum_cannot_be_written_nothing_else_is_called(world: World, purpose: Purpose) -> None:
    world.spend.busy = True
    client = world.client(purpose)

    with pytest.raises(NotReached):
        client.trends(23424868)

    assert (world.x.seen, client.take_usage()) == ([], Usage())
    assert client.open_breakers() == ()


@pytest.mark.parametrize("is_reserved", [True, False])
def test_a_run_that_could_not_reserve_tries_again_and_is_settled(world: World, *, is_reserved: bool) -> None:
    """Its reservation may have been written all the same."""
    world.x.will(Reply(body={"data": [POST]}))
    client = world.client()
    with unanswered(world.spend, is_reserved=is_reserved):
        client.mentions()

    client.mentions()
    reserved = world.spend.on(TODAY)
    client.take_usage()

    assert reserved == Usage(1, 101_000)
    assert world.spend.on(TODAY) == Usage(2, 1_000)


@pytest.mark.parametrize("is_reserved", [True, False])
def test_what_was_used_without_the_stores_answer_counts_once(world: World, *, is_reserved: bool) -> None:
    world.x.will(Reply(body={"data": [POST]}))
    client = world.client()
    with unanswered(world.spend, is_reserved=is_reserved):
        client.mentions()

    client.take_usage()

    assert (world.spend.on(TODAY), world.spend.reserved) == (Usage(1, 1_000), {})


def test_what_was_used_without_the_stores_answer_counts_although_nothing_fits_any_more(world: World) -> None:
    world.x.will(Reply(body={"data": [POST]}))
    client = world.client()
    with unanswered(world.spend, is_reserved=False):
        client.mentions()
    world.spend.add(TODAY, Usage(1, XBudget().day), Purpose.PUBLISHING)

    usage = client.take_usage()

    assert usage == Usage(1, 1_000)
    assert world.spend.on(TODAY) == Usage(2, XBudget().day + 1_000)


def test_what_was_used_without_the_stores_answer_counts_on_the_day_that_has_begun_since(world: World) -> None:
    world.x.will(Reply(body={"data": [POST]}))
    client = world.client()
    with unanswered(world.spend, is_reserved=False):
        client.mentions()
    world.spend.add(TOMORROW, Usage())

    client.take_usage()

    assert (world.spend.on(TODAY), world.spend.on(TOMORROW)) == (Usage(), Usage(1, 1_000))


@contextmanager
def unanswered(spend: FakeSpend, *, is_reserved: bool) -> Iterator[None]:
    """Let reservations fail, before or after they were written."""
    reserve = spend.reserve

    def fails(reservation: Reservation, now: datetime, **how: Any) -> NoReturn:
        if is_reserved:
            reserve(reservation, now, **how)
        raise StoreBusy("no answer")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(spend, "reserve", fails)
        yield


@pytest.mark.parametrize("purpose", [each for each in Purpose if each is not Purpose.PUBLISHING])
def test_a_call_whose_price_does_not_fit_is_not_made(world: World, purpose: Purpose) -> None:
    percent = {Purpose.LISTENING: 50, Purpose.FAVOURITES: 60, Purpose.PERFORMANCE: 70, Purpose.TRENDS: 80}
    most = 10_000_000 * ({**percent, Purpose.LOOK_UPS: 90}.get(purpose, 100)) // 100
    world.spend.budget = XBudget(day=10_000_000, at_most=MappingProxyType({}))
    world.spend.add(TODAY, Usage(1, most - 10_000), Purpose.PUBLISHING)
    world.x.will(Reply(body={"data": []}))
    client = world.client(purpose)

    client.trends(23424868)
    with pytest.raises(OverBudget) as refused:
        client.trends(23424868)

    assert len(world.x.seen) == 1
    assert (refused.value.purpose, refused.value.limit) == (purpose, Limit.DAY)
    assert client.take_usage() == Usage(1, 10_000)
    assert world.spend.on(TODAY) == Usage(2, most)
    assert client.open_breakers() == ()


def test_after_a_refused_call_the_days_spend_is_what_others_have_spent_by_then(world: World) -> None:
    client = world.client()
    client.trends(23424868)
    world.spend.add(TODAY, Usage(7, XBudget().day), Purpose.PUBLISHING)
    with pytest.raises(OverBudget):
        client.mentions()

    assert client.spent == world.spend.between(TODAY, TODAY)[0]
    assert client.spent.usage == Usage(8, XBudget().day + 10_000)


def test_publishing_goes_on_without_any_budget_left(world: World) -> None:
    world.spend.budget = XBudget(day=0, month=0)
    world.x.will(Reply(201, {"data": {"id": "78"}}))

    assert world.client(Purpose.PUBLISHING).create_post("안녕하세요") == "78"


def test_a_run_that_goes_on_after_midnight_counts_on_both_days(world: World) -> None:
    world.now = NOON.replace(hour=14, minute=59)
    world.x.will(Reply(body={"data": [POST]}), Reply(body={"data": [POST | {"id": "21"}, POST | {"id": "22"}]}))
    client = world.client()
    client.mentions()
    world.advance(minutes=2)

    client.mentions()
    reserved = world.spend.on(TOMORROW)
    usage = client.take_usage()

    assert reserved == Usage(1, 100_000)
    assert (world.spend.on(TODAY), world.spend.on(TOMORROW)) == (Usage(1, 1_000), Usage(1, 2_000))
    assert usage == Usage(2, 3_000)


def test_a_post_that_was_read_before_the_desks_midnight_counts_again_only_after_that_of_utc(world: World) -> None:
    world.x.will(Reply(body={"data": [POST]}))
    client, spent = world.client(), list[int]()

    for hours in (11, 13, 22):  # 11 pm, 1 am and 10 am in Seoul
        world.now = NOON + timedelta(hours=hours)
        client.mentions()
        spent.append(client.take_usage().micro_usd)

    assert spent == [1_000, 0, 1_000]


@pytest.mark.parametrize("calls_before", [0, 1])
def test_a_run_whose_clock_is_slow_counts_on_the_day_that_has_begun(world: World, calls_before: int) -> None:
    world.now = NOON.replace(hour=14, minute=59)
    world.x.will(*[Reply(body={"data": [POST]})] * (calls_before + 1))
    client = world.client()
    for _ in range(calls_before):
        client.mentions()
    world.spend.add(TOMORROW, Usage())

    client.search(query="@emeraldmobile")

    assert world.spend.on(TOMORROW) == Usage(1, 500_000)
    assert world.spend.on(TODAY) == Usage(calls_before, calls_before * 1_000)


def test_purposes_of_one_client_are_paid_separately_and_settled_together(world: World) -> None:
    world.x.will(Reply(body={"data": [POST]}), Reply(body={"data": []}))
    client = world.client(Purpose.MENTIONS)
    other = client.for_purpose(Purpose.TRENDS)
    client.mentions()
    other.trends(23424868)

    usages = client.take_usage(), other.take_usage()

    assert usages == (Usage(2, 11_000), Usage())
    [day] = world.spend.between(TODAY, TODAY)
    assert day.by_purpose == {Purpose.MENTIONS: 1_000, Purpose.TRENDS: 10_000}


@pytest.mark.parametrize("purpose", [Purpose.MENTIONS, Purpose.TRENDS])
def test_clients_of_the_same_purpose_are_settled_together(world: World, purpose: Purpose) -> None:
    client = world.client(Purpose.MENTIONS)
    for each in (client, client.for_purpose(purpose), client.for_purpose(purpose)):
        each.trends(23424868)

    assert client.take_usage() == world.spend.on(TODAY) == Usage(3, 30_000)
    assert world.spend.reserved == {}


@contextmanager
def reservations(spend: FakeSpend) -> Iterator[list[int]]:
    """How much each of them came to."""
    written, reserve = list[int](), spend.reserve

    def noted(reservation: Reservation, now: datetime, **how: Any) -> Reserved:
        reserved = reserve(reservation, now, **how)
        written.append(reserved.micro_usd)
        return reserved

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(spend, "reserve", noted)
        yield written


def test_calls_that_the_reservation_covers_write_no_other(world: World) -> None:
    client = world.client()

    with reservations(world.spend) as written:
        client.liked_posts()
        client.mentions()
        client.own_posts()

    assert written == [220_000]


def full_page(number: int) -> Reply:
    return Reply(body={"data": [POST | {"id": f"{number}{place:03}"} for place in range(100)]})


def test_a_run_of_many_pages_writes_few_reservations_and_leaves_what_it_used(world: World) -> None:
    world.x.will(*map(full_page, range(1, 17)))
    client = world.client()

    with reservations(world.spend) as written:
        for _ in range(16):
            client.mentions()

    assert written == [100_000, 400_000, 1_000_000, 2_200_000]
    assert client.take_usage() == world.spend.on(TODAY) == Usage(16, 1_600_000)


def test_a_run_uses_the_budget_to_its_end_although_twice_as_much_does_not_fit(world: World) -> None:
    world.spend.budget = XBudget(day=300_000)
    world.x.will(*map(full_page, range(1, 4)))
    client = world.client()

    with reservations(world.spend) as written:
        for _ in range(3):
            client.mentions()
        with pytest.raises(OverBudget):
            client.mentions()

    assert written == [100_000, 200_000, 300_000]


@pytest.mark.parametrize(("name", "reserved"), [("mentions", [100_000]), ("compliance_jobs", [])])
def test_a_repeated_or_free_call_writes_no_reservation_of_its_own(world: World, name: str, reserved: list[int]) -> None:
    world.x.will(Reply(503, {}), Reply(503, {}), Reply())

    with reservations(world.spend) as written:
        CALLS[name](world.client())

    assert written == reserved


def test_without_a_call_nothing_is_settled(world: World) -> None:
    assert world.client().take_usage() == Usage()
    assert world.spend.days == {}
