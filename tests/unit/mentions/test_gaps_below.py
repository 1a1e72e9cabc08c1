"""A walk that stopped short leaves each id below it in one gap, and none in two."""

from datetime import datetime, timedelta

from desk.mentions.poll_state import Checkpoint, Gap, GapSource, PollRecord
from desk.mentions.walk import Stop, Walked, gaps_below
from desk.x.model import first_id_at, time_of
from tests.unit.poll_mentions.scene import MINUTE, NOON

OVERLAP = 10 * MINUTE


def at(minutes: float) -> int:
    """The first id of so many minutes before noon."""
    return int(first_id_at(NOON - minutes * MINUTE))


def waiting(after: int, before: int, due_at: datetime | None = NOON + MINUTE, **more: int) -> Gap:
    return Gap(f"{after}-{before}", str(after), str(before), NOON, "known", due_at=due_at, **more)  # type: ignore[arg-type]  # tries alone


def gaps_left(oldest: int, *open_: Gap, newest: int | None = None, walked: timedelta = MINUTE) -> list[Gap]:
    """The gaps below a walk down to `oldest` after a walk that saw `newest` so long ago, floor 30 minutes back."""
    checkpoint = Checkpoint(str(newest or at(1)), NOON - walked)
    walk = Walked(str(at(0)), str(oldest), pages=3, stop=Stop.KNOWN)
    record = PollRecord(None, checkpoint, gaps=open_)
    return list(gaps_below(walk, floor=str(at(30)), record=record, overlap=OVERLAP, now=NOON))


def ends(gaps: list[Gap]) -> list[tuple[int, int]]:
    return [(int(gap.after_id), int(gap.before_id)) for gap in gaps]


def test_a_whole_walk_and_an_empty_one_leave_no_gap() -> None:
    record = PollRecord(None, Checkpoint(str(at(1)), NOON - MINUTE), gaps=())

    for walk in (Walked(str(at(0)), str(at(5))), Walked(stop=Stop.KNOWN)):
        assert gaps_below(walk, floor=str(at(30)), record=record, overlap=OVERLAP, now=NOON) == ()


def test_the_gap_begins_where_the_last_walk_can_have_missed_something() -> None:
    assert ends(gaps_left(at(5))) == [(at(11) - 1, at(5))]
    assert ends(gaps_left(at(5), newest=at(7), walked=MINUTE)) == [(at(11) - 1, at(5))]
    assert ends(gaps_left(at(5), newest=at(13))) == [(at(13), at(5))]
    assert ends(gaps_left(at(5), walked=25 * MINUTE)) == [(at(30), at(5))]


def test_there_is_no_gap_between_neighbouring_ids() -> None:
    assert gaps_left(at(11)) == []
    assert ends(gaps_left(at(11) + 1)) == [(at(11) - 1, at(11) + 1)]


def test_a_walked_range_waits_until_x_has_indexed_it_and_the_rest_does_not() -> None:
    (walked,) = gaps_left(at(5), newest=at(5))
    (unseen,) = gaps_left(at(5) + 1, newest=at(5))

    assert walked.due_at == time_of(str(at(5))) + OVERLAP
    assert unseen.due_at is None


def test_the_first_walk_of_all_leaves_a_gap_of_backlog_that_does_not_wait() -> None:
    walk = Walked(str(at(0)), str(at(5)), stop=Stop.REACH)

    (gap,) = gaps_below(walk, floor=str(at(30)), record=PollRecord(None, None, ()), overlap=OVERLAP, now=NOON)

    assert (gap.backlog, gap.due_at, gap.reason) == (True, None, "reach")


def test_open_gaps_are_left_out_wherever_they_lie() -> None:
    low, high = waiting(at(10), at(9), None), waiting(at(7), at(6), None)

    assert ends(gaps_left(at(5), high, low)) == [
        (at(11) - 1, at(10) + 1),
        (at(9) - 1, at(7) + 1),
        (at(6) - 1, at(5)),
    ]
    assert ends(gaps_left(at(5), waiting(at(12), at(8), None))) == [(at(8) - 1, at(5))]
    assert ends(gaps_left(at(5), waiting(at(8), at(4), None))) == [(at(11) - 1, at(8) + 1)]
    assert gaps_left(at(5), waiting(at(12), at(4), None)) == []
    assert ends(gaps_left(at(5), waiting(at(3), at(2), None))) == [(at(11) - 1, at(5))]
    assert ends(gaps_left(at(5), waiting(at(9), at(6), None), waiting(at(8), at(7), None))) == [
        (at(11) - 1, at(9) + 1),
        (at(6) - 1, at(5)),
    ]
    assert ends(gaps_left(at(5), waiting(at(11) - 1, at(6), None))) == [(at(6) - 1, at(5))]
    assert ends(gaps_left(at(5), waiting(at(11), at(6), None))) == [(at(11) - 1, at(11) + 1), (at(6) - 1, at(5))]


def test_a_gap_on_top_of_one_that_waits_becomes_one_with_it() -> None:
    below = waiting(at(12), at(8) + 1)

    (joined,) = gaps_left(at(5), below)

    assert joined == below._replace(before_id=str(at(5)), due_at=time_of(str(at(5))) + OVERLAP)


def test_gaps_become_one_only_up_to_the_length_of_the_overlap() -> None:
    assert ends(gaps_left(at(5), waiting(at(15), at(8) + 1))) == [(at(15), at(5))]
    assert ends(gaps_left(at(5), waiting(at(15.1), at(8) + 1))) == [(at(8), at(5))]


def test_a_gap_that_is_due_or_was_asked_for_is_left_as_it_is() -> None:
    for below in (
        waiting(at(12), at(8) + 1, None),
        waiting(at(12), at(8) + 1, NOON),
        waiting(at(12), at(8) + 1, tries=1),
    ):
        assert [gap.id for gap in gaps_left(at(5), below)] == [f"{int(below.before_id) - 1}-{at(5)}"]


def test_a_gap_that_does_not_touch_one_that_waits_stays_its_own() -> None:
    assert ends(gaps_left(at(5), waiting(at(13), at(12)))) == [(at(11) - 1, at(5))]


def test_an_unseen_range_does_not_wait_with_the_gap_below_it() -> None:
    (unseen,) = gaps_left(at(5), waiting(at(12), at(8) + 1), newest=at(9))

    assert (ends([unseen]), unseen.due_at) == ([(at(8), at(5))], None)


def test_a_gap_below_one_that_waits_becomes_one_with_it() -> None:
    """The gap that a burst left is filled from above, and what was filled waits to be looked at again."""
    above = waiting(at(7), at(4))

    (joined,) = gaps_left(at(4), above, waiting(at(12), at(9), None))

    assert joined == above._replace(after_id=str(at(9) - 1))


def test_a_gap_that_waits_takes_in_what_is_left_on_both_of_its_sides() -> None:
    """One item cannot be written twice at once, and of two gaps with one id the first would be forgotten."""
    middle = waiting(at(9), at(7))

    (joined,) = gaps_left(at(5), middle)

    assert joined == middle._replace(
        after_id=str(at(11) - 1), before_id=str(at(5)), due_at=time_of(str(at(5))) + OVERLAP
    )


def test_a_gap_that_waits_takes_in_one_side_where_both_would_be_too_long() -> None:
    middle = waiting(at(10), at(5))

    below, above = gaps_left(at(1), middle)

    assert ends([below, above]) == [(at(11) - 1, at(5)), (at(5) - 1, at(1))]
    assert (below.id, above.id) == (middle.id, f"{at(5) - 1}-{at(1)}")


def test_a_range_below_new_mentions_does_not_wait_although_it_is_below_the_checkpoint() -> None:
    checkpoint = Checkpoint(str(at(1)), NOON - MINUTE)
    walk = Walked(str(at(2)), str(at(5)), pages=8, stop=Stop.REACH, has_new=True)

    (gap,) = gaps_below(walk, floor=str(at(30)), record=PollRecord(None, checkpoint, ()), overlap=OVERLAP, now=NOON)

    assert gap.due_at is None


def dense(oldest: int, *, pages: int, newest: int) -> list[Gap]:
    """The gaps below a walk whose last pages show a single second."""
    walk = Walked(str(at(0)), str(oldest), pages=8, stop=Stop.REACH, of_one_second=pages)
    record = PollRecord(None, Checkpoint(str(newest), NOON - MINUTE), gaps=())
    return list(gaps_below(walk, floor=str(at(30)), record=record, overlap=OVERLAP, now=NOON))


def test_pages_of_one_second_are_a_gap_of_their_own_after_what_is_below_them() -> None:
    oldest = at(5) + 7

    (one,) = dense(oldest, pages=1, newest=at(6))
    below, second = dense(oldest, pages=2, newest=at(6))

    assert (one.before_id, one.until_id) == (str(oldest), None)
    assert below == one._replace(until_id=str(oldest + 1), source=GapSource.SEARCH)
    assert second == below._replace(id=f"{oldest - 1}-{oldest}", after_id=str(oldest - 1), until_id=None)


def test_pages_of_one_second_that_are_looked_at_again_are_one_gap() -> None:
    (gap,) = dense(at(5) + 7, pages=2, newest=at(1))

    assert (gap.before_id, gap.until_id) == (str(at(5) + 7), None)
