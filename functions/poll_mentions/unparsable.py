"""Posts in a form that the desk does not understand are put on record like those that X no longer shows."""

from collections.abc import Iterable
from datetime import datetime

from desk.gap import Gap, GapState
from desk.ports.x import Page

_NAME = "unparsable"


def unparsable_range(page: Page, recorded: Iterable[Gap], now: datetime) -> Gap | None:
    """The range in which such posts of this page lie, already given up; None when there are none, or none new.

    It is one range a page however many they are, since a change at X's end may hit all of them. One whose id could
    not be read lies somewhere on the page.
    """
    known = [gap for gap in recorded if gap.reason.startswith(_NAME)]
    found = [post for post in page.unparsable if not any(_within(post.id, gap) for gap in known)]
    if not found:
        return None
    whole_page = [page.oldest_id, page.newest_id] if any(post.id is None for post in found) else []
    ids = [int(each) for each in [*(post.id for post in found), *whole_page] if each]
    if not ids:
        return None
    after, before = str(max(min(ids) - 1, 0)), str(max(ids) + 1)
    return Gap(
        id=f"{_NAME}-{after}-{before}",
        after_id=after,
        before_id=before,
        opened_at=now,
        reason=f"{_NAME}: {len(found)} posts, {found[0].reason}",
        state=GapState.UNREACHABLE,
        given_up_at=now,
    )


def _within(post_id: str | None, gap: Gap) -> bool:
    return post_id is not None and int(gap.after_id) < int(post_id) < int(gap.before_id)
