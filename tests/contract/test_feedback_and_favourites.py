"""Feedback and liked posts: the fakes and DynamoDB keep the same promises."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from desk.aws.dynamodb import batch_write
from desk.errors import StoreBusy
from desk.favourites.store import (
    MOST_NOTES,
    FavouriteItems,
    FavouriteNote,
    FavouriteProgress,
    FavouriteStore,
    KeptFavourite,
    KeptMark,
    keep_of,
)
from desk.mentions.items import mention_item
from desk.mentions.model import Mention
from desk.reports.feedback import FeedbackItems, FeedbackStore
from desk.retention.store import RetentionItems
from desk.x.model import Author, Media, XPost
from tests.fakes.pictures import no_pictures
from tests.fakes.reports import FakeFavouriteStore, FakeFeedback
from tests.tables import DYNAMODBS, Dynamo, dynamodb

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
MONDAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
SPAN = timedelta(minutes=10)


@dataclass(frozen=True)
class Subject:
    """The store under test, and what happens to the mentions that it reads."""

    feedback: FeedbackStore
    store: Callable[[Mention], object]
    remove_words: Callable[[str], object]
    erase: Callable[[str], object]


@pytest.fixture
def subject(dynamo: Dynamo | None) -> Subject:
    if dynamo is None:
        fake = FakeFeedback()
        return Subject(fake, lambda one: fake.stored.update({one.id: one}), fake.stored.pop, fake.erased.add)
    client, tables = dynamo
    retention = RetentionItems(client, no_pictures(), mentions_table=tables.mentions, cases_table=tables.cases)
    return Subject(
        FeedbackItems(client, mentions_table=tables.mentions, desk_table=tables.desk),
        lambda one: client.put_item(TableName=tables.mentions, Item=mention_item(one, ZoneInfo("Asia/Seoul"))),
        lambda key: retention.remove_words([key]),
        lambda author: client.put_item(
            TableName=tables.desk, Item={"item": {"S": "erased_author"}, "part": {"S": author}}
        ),
    )


def mention(number: int, *, author: str = "7", backlog: bool = False) -> Mention:
    key = str(1000 + number)
    post = XPost(key, f"의견 {number}", author, NOON, key, "ko", (key,), author=Author(author, "sky", "하늘"))
    return Mention(post, NOON, backlog=backlog)


def test_mentions_come_as_they_were_stored(subject: Subject) -> None:
    stored = {one.id: one for one in (mention(number, backlog=number == 3) for number in range(110))}
    for one in stored.values():
        subject.store(one)

    assert subject.feedback.mentions([*stored, "404"]) == stored
    assert subject.feedback.mentions([]) == {}


def test_a_mention_whose_words_were_removed_does_not_come(subject: Subject) -> None:
    subject.store(mention(1))
    subject.store(mention(2))
    subject.remove_words("1001")

    assert set(subject.feedback.mentions(["1001", "1002"])) == {"1002"}


def test_an_erased_author_does_not_come_even_before_the_words_are_removed(subject: Subject) -> None:
    subject.store(mention(1, author="7"))
    subject.store(mention(2, author="8"))
    subject.erase("8")

    assert set(subject.feedback.mentions(["1001", "1002"])) == {"1001"}


@pytest.fixture
def store(subject: Subject) -> FeedbackStore:
    return subject.feedback


def claim(store: FeedbackStore, holder: str = "first", until: date = MONDAY, now: datetime = NOW) -> bool:
    return store.claim("billing", until, holder=holder, now=now, ends_at=now + SPAN)


def test_a_day_is_remembered_by_department(store: FeedbackStore) -> None:
    claim(store)
    store.mark_mailed("billing", MONDAY)
    store.mark_mailed("network", MONDAY - timedelta(days=1))

    assert store.mailed_until() == {"billing": MONDAY, "network": MONDAY - timedelta(days=1)}


def test_a_department_that_was_only_claimed_was_not_mailed(store: FeedbackStore) -> None:
    claim(store)

    assert store.mailed_until() == {}


def test_of_two_runs_one_mails_until_its_time_is_over(store: FeedbackStore) -> None:
    assert [claim(store), claim(store, "second"), claim(store)] == [True, False, True]
    assert not claim(store, "second", now=NOW + SPAN - timedelta(seconds=1))
    assert claim(store, "second", now=NOW + SPAN)


def test_mailed_days_are_never_claimed_again_but_later_days_are(store: FeedbackStore) -> None:
    claim(store)
    store.mark_mailed("billing", MONDAY)

    assert [claim(store), claim(store, "second", now=NOW + 2 * SPAN)] == [False, False]
    assert claim(store, "second", until=MONDAY + timedelta(days=1))


def test_a_late_run_never_sets_the_day_back(store: FeedbackStore) -> None:
    store.mark_mailed("billing", MONDAY)
    store.mark_mailed("billing", MONDAY - timedelta(days=7))

    assert store.mailed_until() == {"billing": MONDAY}


LIKED = KeptFavourite(
    post_id="100",
    author_id="501",
    author=Author("501", "haneul", "하늘"),
    created_at=NOON - timedelta(minutes=3),
    noted_at=NOON,
    checked_at=NOON,
    settled=False,
)


@dataclass(frozen=True)
class FavouritesSubject:
    """A store under test, and what only its owner can do."""

    store: FavouriteStore
    erase_author: Callable[[str], object]


@pytest.fixture(params=["fake", *DYNAMODBS])
def favourites(request: pytest.FixtureRequest) -> Iterator[FavouritesSubject]:
    if request.param == "fake":
        fake = FakeFavouriteStore()
        yield FavouritesSubject(fake, fake.erased.add)
        return
    with dynamodb(request.param) as (client, tables):

        def erase_author(author_id: str) -> None:
            client.put_item(TableName=tables.desk, Item={"item": {"S": "erased_author"}, "part": {"S": author_id}})

        yield FavouritesSubject(FavouriteItems(client, tables.desk), erase_author)


def test_a_new_desk_knows_no_favourites(favourites: FavouritesSubject) -> None:
    assert list(favourites.store.all()) == []
    assert favourites.store.erased_authors(["501"]) == frozenset()


def test_favourites_are_saved_as_they_were(favourites: FavouritesSubject) -> None:
    nameless = LIKED._replace(post_id="101", author=None, settled=True)

    favourites.store.save([LIKED, nameless])

    assert sorted(favourites.store.all()) == [LIKED, nameless]


def test_saving_again_replaces(favourites: FavouritesSubject) -> None:
    favourites.store.save([LIKED])

    favourites.store.save([LIKED._replace(settled=True)])

    assert list(favourites.store.all()) == [LIKED._replace(settled=True)]


def test_removing_twice_is_no_error(favourites: FavouritesSubject) -> None:
    favourites.store.save([LIKED, LIKED._replace(post_id="101")])

    for _ in range(2):
        favourites.store.forget(["100"])

    assert [each.post_id for each in favourites.store.all()] == ["101"]


def test_erased_authors_are_found(favourites: FavouritesSubject) -> None:
    favourites.erase_author("501")

    assert favourites.store.erased_authors(["501", "502", "501"]) == {"501"}


def test_many_are_saved_and_removed_at_once(favourites: FavouritesSubject) -> None:
    many = [LIKED._replace(post_id=str(number)) for number in range(300)]

    favourites.store.save(many)
    assert len(favourites.store.all()) == 300
    favourites.store.forget([each.post_id for each in many[:250]])

    assert len(favourites.store.all()) == 50


def test_progress_is_saved_and_is_no_favourite(favourites: FavouritesSubject) -> None:
    assert favourites.store.progress() == FavouriteProgress(begun=False, checked_on=None)

    for progress in (FavouriteProgress(True), FavouriteProgress(True, date(2026, 11, 24))):
        favourites.store.save_progress(progress)
        assert favourites.store.progress() == progress

    assert list(favourites.store.all()) == []


def numbered(*numbers: int, hours: int = 0) -> list[KeptFavourite]:
    at = NOON + timedelta(hours=hours)
    return [LIKED._replace(post_id=str(number), noted_at=at) for number in numbers]


def listed(store: FavouriteStore, limit: int) -> list[list[str]]:
    """The ids of all pages."""
    pages = [store.page(limit=limit)]
    while pages[-1].after:
        pages.append(store.page(limit=limit, after=pages[-1].after))
    return [[each.post_id for each in page.favourites] for page in pages]


def test_favourites_are_listed_by_the_time_of_the_like_page_by_page(favourites: FavouritesSubject) -> None:
    favourites.store.save([*numbered(9, 10, 11), *numbered(5, hours=2), *numbered(99, hours=-2)])

    assert listed(favourites.store, 2) == [["5", "11"], ["10", "9"], ["99"]]
    assert listed(favourites.store, 5) == [["5", "11", "10", "9", "99"]]


def test_a_favourite_stays_at_the_time_at_which_it_was_first_seen(favourites: FavouritesSubject) -> None:
    favourites.store.save([*numbered(9), *numbered(10, hours=1)])

    favourites.store.save(numbered(9, hours=5))

    assert listed(favourites.store, 10) == [["10", "9"]]


def test_removed_favourites_are_not_listed_and_are_counted_once(favourites: FavouritesSubject) -> None:
    favourites.store.save(numbered(9, 10, 11))

    assert (favourites.store.forget(["10", "404"]), favourites.store.forget(["10"])) == (1, 0)

    assert (listed(favourites.store, 10), set(favourites.store.ids())) == ([["11", "9"]], {"9", "11"})


@pytest.mark.parametrize("after", ["", "gestern", "2026-11-24T03:00:00+00:00", "2026-11-24T03:00:00+00:00#x"])
def test_a_place_that_is_none_is_an_error(favourites: FavouritesSubject, after: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any
        favourites.store.page(limit=10, after=after)


def test_the_text_is_stored_with_its_pictures_and_may_come_later(favourites: FavouritesSubject) -> None:
    media = (Media("photo", "강아지", "https://pbs.example/1.jpg"),)
    post = XPost("100", "고마워요 " * 10, "501", NOON, "100", "ko", ("100",), media=media, author=LIKED.author)
    favourites.store.save([LIKED])
    assert favourites.store.find("100") == LIKED

    favourites.store.save([LIKED._replace(post=post)])

    assert favourites.store.find("100") == LIKED._replace(post=post)
    assert favourites.store.find("101") is None


NOTE = FavouriteNote("후기 이벤트 후보", "박지민", NOON, "form-0001")


def test_notes_are_added_once_and_stay_when_the_post_is_saved_again(favourites: FavouritesSubject) -> None:
    favourites.store.save([LIKED])
    other = NOTE._replace(text="연락함", by="이수진", request="form-0002")

    assert [favourites.store.keep(LIKED, each) for each in (NOTE, NOTE, other)] == [True, True, True]
    favourites.store.save([LIKED._replace(settled=True)])

    assert favourites.store.find("100") == LIKED._replace(settled=True, notes=(NOTE, other))


KEPT = LIKED._replace(is_liked=False, case_id="7Q2M4-XD93K")
MY_KEEP = NOTE._replace(text="", request=keep_of("u-1"))


def test_a_post_that_nobody_liked_is_kept_with_its_note_and_listed_with_the_others(
    favourites: FavouritesSubject,
) -> None:
    favourites.store.save(numbered(9, hours=-1))

    assert favourites.store.keep(KEPT, MY_KEEP)

    kept = KEPT._replace(notes=(MY_KEEP,))
    assert favourites.store.find("100") == kept
    assert listed(favourites.store, 10) == [["100", "9"]]
    assert favourites.store.marks() == [KeptMark("100", "7Q2M4-XD93K", (MY_KEEP,))]


def test_a_post_whose_author_is_not_known_is_kept_as_a_link(favourites: FavouritesSubject) -> None:
    link = KEPT._replace(author_id="", author=None, case_id="")

    assert [favourites.store.keep(link, note) for note in (MY_KEEP, NOTE)] == [True, True]

    assert favourites.store.find("100") == link._replace(notes=(MY_KEEP, NOTE))


def test_who_keeps_a_post_again_changes_the_note(favourites: FavouritesSubject) -> None:
    for text in ("", "후기 이벤트 후보"):
        favourites.store.keep(KEPT, MY_KEEP._replace(text=text))

    found = favourites.store.find("100")
    assert found
    assert found.notes == (MY_KEEP._replace(text="후기 이벤트 후보"),)


def test_a_kept_post_goes_with_its_last_note_and_a_liked_one_stays(favourites: FavouritesSubject) -> None:
    others = NOTE._replace(by="이수진", request=keep_of("u-2"))
    liked = LIKED._replace(post_id="101")
    favourites.store.save([liked])
    for note in (MY_KEEP, others):
        favourites.store.keep(KEPT, note)
    favourites.store.keep(liked, MY_KEEP)

    assert favourites.store.remove_note("100", MY_KEEP.request) == MY_KEEP
    assert favourites.store.marks()
    assert favourites.store.find("100")
    for post_id, request, note in (("100", others.request, others), ("101", MY_KEEP.request, MY_KEEP)):
        assert favourites.store.remove_note(post_id, request) == note
        assert favourites.store.remove_note(post_id, request) is None

    assert list(favourites.store.all()) == [liked]
    assert listed(favourites.store, 10) == [["101"]]
    assert list(favourites.store.marks()) == []


def test_a_kept_post_that_the_account_likes_later_is_not_removed_with_its_note(favourites: FavouritesSubject) -> None:
    favourites.store.keep(KEPT, MY_KEEP)
    favourites.store.save([LIKED])

    favourites.store.remove_note("100", MY_KEEP.request)

    assert favourites.store.find("100") == LIKED._replace(case_id=KEPT.case_id)


def test_a_like_that_comes_while_the_last_note_is_removed_is_not_lost() -> None:
    class Overtaken(FavouriteItems):
        """Reads the post once as it was before the like."""

        before: KeptFavourite | None = None

        def find(self, post_id: str) -> KeptFavourite | None:
            before, self.before = self.before, None
            return before or super().find(post_id)

    with dynamodb() as (client, tables):
        store = Overtaken(client, tables.desk)
        store.keep(KEPT, MY_KEEP)
        before = store.find("100")
        store.save([LIKED])
        store.before = before

        assert store.remove_note("100", MY_KEEP.request) == MY_KEEP

        assert store.find("100") == LIKED._replace(case_id=KEPT.case_id)


def test_a_kept_post_that_was_taken_back_is_not_saved_by_whoever_read_it_before(favourites: FavouritesSubject) -> None:
    favourites.store.keep(KEPT, MY_KEEP)
    favourites.store.remove_note("100", MY_KEEP.request)

    favourites.store.save([KEPT._replace(settled=True)])

    assert list(favourites.store.all()) == []


def test_nothing_of_an_erased_author_is_kept(favourites: FavouritesSubject) -> None:
    favourites.erase_author("501")

    assert not favourites.store.keep(KEPT, MY_KEEP)

    assert (list(favourites.store.all()), list(favourites.store.marks())) == ([], [])


def test_a_forgotten_post_leaves_no_mark(favourites: FavouritesSubject) -> None:
    favourites.store.keep(KEPT, MY_KEEP)

    assert favourites.store.forget(["100"]) == 1

    assert (list(favourites.store.marks()), listed(favourites.store, 10)) == ([], [[]])


def test_a_note_is_removed_by_its_request(favourites: FavouritesSubject) -> None:
    favourites.store.save([LIKED])
    favourites.store.keep(LIKED, NOTE)

    for request in ("form-0009", "form-0001", "form-0001"):
        favourites.store.remove_note("100", request)

    assert favourites.store.find("100") == LIKED


def test_a_post_takes_so_many_notes_and_no_more(favourites: FavouritesSubject) -> None:
    favourites.store.save([LIKED])
    notes = [NOTE._replace(request=f"form-{number:04}") for number in range(MOST_NOTES + 1)]

    assert [favourites.store.keep(LIKED, note) for note in notes] == [True] * MOST_NOTES + [False]


def test_a_place_of_which_the_post_was_never_stored_is_passed_over() -> None:
    with dynamodb() as (client, tables):
        store = FavouriteItems(client, tables.desk)
        store.save([*numbered(9), *numbered(10, hours=1)])
        client.delete_item(TableName=tables.desk, Key={"item": {"S": "favourite"}, "part": {"S": "10"}})

        assert listed(store, 1) == [[], ["9"]]


class Slow:
    """A DynamoDB client that leaves all but one item unwritten, as often as it is told."""

    def __init__(self, client: "DynamoDBClient", times: int) -> None:
        self._client = client
        self.times = times

    def batch_write_item(self, *, RequestItems: dict[str, Any]) -> Any:  # noqa: N803 - boto3's name
        assert sum(map(len, RequestItems.values())) <= 25  # DynamoDB's limit, which moto does not watch
        if not self.times:
            return self._client.batch_write_item(RequestItems=RequestItems)
        self.times -= 1
        [(table, requests)] = RequestItems.items()
        self._client.batch_write_item(RequestItems={table: requests[:1]})
        return {"UnprocessedItems": {table: requests[1:]} if requests[1:] else {}}


def test_items_left_unwritten_are_written_again_for_a_while() -> None:
    naps: list[float] = []
    items: list[Any] = [{"item": {"S": "favourite"}, "part": {"S": str(number)}} for number in range(30)]
    with dynamodb() as (client, tables):
        slow: Any = Slow(client, times=3)
        batch_write(slow, tables.desk, puts=items, pause=naps.append)
        written = client.scan(TableName=tables.desk)["Count"]

    assert (written, len(naps)) == (30, 3)


def test_items_that_are_never_written_are_an_error() -> None:
    naps: list[float] = []
    items: list[Any] = [{"item": {"S": "favourite"}, "part": {"S": str(number)}} for number in range(25)]
    with dynamodb() as (client, tables):
        slow: Any = Slow(client, times=100)
        with pytest.raises(StoreBusy):
            batch_write(slow, tables.desk, puts=items, pause=naps.append)

    assert sum(naps) < 10
