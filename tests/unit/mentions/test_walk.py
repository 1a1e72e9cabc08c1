"""A walk ends where it should on whatever X sends as pages."""

from copy import replace
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from desk.mentions.poll_state import GapState
from desk.mentions.walk import Stop, Walk, Walked, unparsable_range
from desk.x.model import Page, Unparsable

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def page(newest: int | None, oldest: int | None, token: str | None = None, count: int = 100) -> Page:
    return Page((), str(newest) if newest else None, str(oldest) if oldest else None, token, count)


@dataclass
class Book:
    pages: list[Page]

    def ask(self, *, page_token: str | None) -> Page:
        return self.pages.pop(0)


def walked_over(*pages: Page, floor: str = "0") -> Walked:
    return finished(Walk(Book(list(pages)).ask, floor=floor, may_go_on=lambda: True))


def finished(walk: Walk) -> Walked:
    for _ in walk:
        pass
    return walk.walked


def test_the_newest_id_is_that_of_the_first_page() -> None:
    walked = walked_over(page(900, 800, "a"), page(799, 700))

    assert walked == Walked(newest_id="900", oldest_id="700", pages=2, seen=200, stop=Stop.WHOLE, of_one_second=2)


def test_ids_are_compared_as_numbers() -> None:
    walked = walked_over(page(1000, 900, "a"), page(899, 800, "b"), floor="999")

    assert (walked.pages, walked.stop) == (1, Stop.WHOLE)


def test_a_page_that_goes_no_further_down_but_shows_new_ids_does_not_end_the_walk() -> None:
    walked = walked_over(page(900, 800, "a"), page(950, 810, "b"), page(799, 700))

    assert (walked.oldest_id, walked.pages, walked.stop) == ("700", 3, Stop.WHOLE)
    assert walked_over(page(900, 800, "a"), page(950, 810)).oldest_id == "800"


@pytest.mark.parametrize(
    ("last", "stop"), [(page(799, 700), Stop.WHOLE), (page(900, 800, "b"), Stop.REPEATED), (page(799, 700, "b"), None)]
)
@pytest.mark.parametrize(("has_enough", "cut"), [(True, Stop.KNOWN), (False, Stop.DEADLINE)])
def test_a_walk_that_ends_by_itself_is_cut_neither_by_time_nor_because_it_has_enough(
    last: Page, stop: Stop | None, has_enough: bool, cut: Stop
) -> None:
    book = Book([page(900, 800, "a"), last])

    walk = Walk(book.ask, floor="0", may_go_on=lambda: len(book.pages) > 0)
    for _ in walk:
        walk.has_enough = has_enough and not book.pages

    assert walk.walked.stop is (stop or cut)


def test_an_empty_page_with_a_token_is_walked_over() -> None:
    walked = walked_over(page(900, 800, "a"), page(None, None, "b", count=0), page(700, 600))

    assert (walked.oldest_id, walked.stop) == ("600", Stop.WHOLE)


def test_a_page_that_goes_no_further_down_ends_the_walk() -> None:
    walked = walked_over(page(900, 800, "a"), page(900, 800, "b"))

    assert walked.stop is Stop.REPEATED


def test_tokens_that_go_round_end_the_walk() -> None:
    walked = walked_over(page(900, 800, "a"), page(None, None, "b", 0), page(None, None, "a", 0))

    assert walked.stop is Stop.REPEATED


def test_a_timeline_that_ends_on_its_eighth_page_may_have_more_below() -> None:
    pages = [page(900 - 100 * place, 801 - 100 * place, f"t{place}", count=97) for place in range(7)]

    walked = walked_over(*pages, page(100, 50, count=97))

    assert walked.stop is Stop.REACH


def test_posts_that_cannot_be_understood_are_put_on_record_as_one_range() -> None:
    broken = replace(page(900, 800), unparsable=(Unparsable("850", "no text"), Unparsable("830", "no text")))

    noted = unparsable_range(broken, [], NOON)

    assert noted is not None
    assert (noted.after_id, noted.before_id, noted.state) == ("829", "851", GapState.UNREACHABLE)
    assert unparsable_range(broken, [noted], NOON) is None


def test_a_post_without_an_id_lies_somewhere_on_its_page() -> None:
    broken = replace(page(900, 800), unparsable=(Unparsable(None, "no id"),))

    noted = unparsable_range(broken, [], NOON)

    assert noted is not None
    assert (noted.after_id, noted.before_id) == ("799", "901")
