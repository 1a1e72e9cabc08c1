"""The week as the desk's own poll gets it: at each moment what had been posted by then, and never from X."""

from datetime import UTC, datetime, timedelta

from desk.brand import OnCall
from desk.x.model import XPost, first_id_at
from local.brand.load import load_desk
from local.preview.reading import Read
from local.preview.replay import brand_in, in_trial, moments
from local.preview.saved_x import SavedX

BEGIN = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def post(minute: int) -> XPost:
    at = BEGIN + minute * MINUTE
    post_id = first_id_at(at)
    return XPost(post_id, "a", "7", at, post_id, "ko", (post_id,))


def test_it_shows_what_had_been_posted_by_then() -> None:
    x = SavedX([post(1), post(5)], [post(3)], BEGIN + 4 * MINUTE)

    before = [one.created_at for one in x.mentions().posts], [one.created_at for one in x.own_posts().posts]
    x.now = BEGIN + 5 * MINUTE

    assert before == ([BEGIN + MINUTE], [BEGIN + 3 * MINUTE])
    assert [one.id for one in x.mentions(since_id=post(1).id).posts] == [post(5).id]
    assert [one.id for one in x.mentions(until_id=post(5).id).posts] == [post(1).id]
    assert x.posts([post(3).id, "9"], with_authors=False).posts == {post(3).id: post(3)}


def test_more_than_a_page_is_shown_page_by_page() -> None:
    x = SavedX([post(minute) for minute in range(250)], [], BEGIN + 250 * MINUTE)

    pages, token = [], None
    while True:
        page = x.mentions(page_token=token)
        pages.append([one.id for one in page.posts])
        token = page.next_token
        if token is None:
            break

    assert [len(page) for page in pages] == [100, 100, 50]
    assert sum(pages, []) == [post(minute).id for minute in reversed(range(250))]  # noqa: RUF017 - three lists


def test_it_polls_at_the_end_of_each_quarter_of_an_hour_in_which_something_was_posted() -> None:
    read = Read([post(1), post(2), post(15), post(200)], [post(31)], BEGIN, is_whole=True, billed=5)

    assert [(moment - BEGIN) // MINUTE for moment in moments(read, BEGIN + 205 * MINUTE)] == [0, 15, 30, 45, 205]


def test_the_desk_of_a_preview_is_in_trial_as_a_whole_and_calls_nobody() -> None:
    brand = load_desk()
    live = {key: each.model_copy(update={"mode": "live"}) for key, each in brand.departments.items()}

    desk = in_trial(brand.model_copy(update={"departments": live}), "somebody", "42")
    compiled = brand_in(desk, BEGIN)

    assert (compiled.handle, compiled.user_id, compiled.on_call, compiled.is_in_trial) == (
        "somebody",
        "42",
        OnCall(),
        True,
    )
    assert all(compiled.in_trial(key) for key in compiled.departments)
    assert (compiled.feeds, compiled.trends) == ((), ())
