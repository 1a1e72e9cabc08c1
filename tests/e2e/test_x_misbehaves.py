"""What X does to a desk, through the whole stack."""

from datetime import timedelta

from tests.e2e.driver import Driver
from tests.families import variants


@variants("status", [402, 503, 401], 1)
def test_a_walk_that_is_refused_in_its_middle_is_finished_later(desk: Driver, status: int) -> None:
    missed = desk.crowd(150, f"walk{status}", ["청구서 문의예요"])
    desk.stage.control.fault("mentions", skip=1, times=20, status=status)
    desk.poll()
    in_between = len(missed & {line.mention_id for line in desk.lines()})
    desk.stage.control.clear_faults()
    desk.pass_time(timedelta(hours=2))  # a breaker that opened lets a try through again

    for _ in range(4):
        desk.poll()

    assert 0 < in_between < 150
    assert missed <= {line.mention_id for line in desk.lines()}
    assert desk.balance_holds()


def test_a_storm_of_retweets_and_the_brands_own_posts_are_no_mentions(desk: Driver) -> None:
    mention = desk.post("somebody", "청구서가 두 번 왔어요 확인해 주세요")
    desk.stage.control.retweet(mention, [f"fan_{number}" for number in range(300)])
    own = desk.stage.control.post("emeraldmobile", "@somebody 확인해 드릴게요", in_reply_to=mention)
    known = {line.mention_id for line in desk.lines()}

    desk.poll()

    new = {line.mention_id for line in desk.lines()} - known
    assert new == {mention}
    assert own not in new


def test_an_edit_opens_no_second_case(desk: Driver) -> None:
    first = desk.post("typo_queen", "청구서가 두번 왔서요 확인해 주세요")
    desk.poll()
    second = desk.stage.control.edit(first, "@emeraldmobile 청구서가 두 번 왔어요. 확인해 주세요")

    desk.poll()

    assert desk.line(second).case_id == desk.line(first).case_id is not None


def test_a_deleted_parent_leaves_the_mention_readable(desk: Driver) -> None:
    parent = desk.stage.control.post("gone_soon", "이 통신사 왜 이래")
    mention = desk.post("neighbour", "이분 청구서 좀 확인해 주세요", in_reply_to=parent)
    desk.stage.control.delete(parent)

    desk.poll()

    assert desk.line(mention).department == "billing"
