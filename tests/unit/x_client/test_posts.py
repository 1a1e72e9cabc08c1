from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.errors import Unavailable, XError
from desk.x.model import Author, Media, Page, PostMetrics, Unparsable, XPost, first_id_at, pages
from desk.x.parsing import accounts_of, counts_of, lookup_of, messages_of, page_of
from tests.unit.x_client.conftest import World
from tests.unit.x_client.scripted_x import Reply

BORN = datetime(2026, 11, 24, 3, 4, 5, tzinfo=UTC)
ID = first_id_at(BORN)
NOT_FOUND = "https://api.x.com/2/problems/resource-not-found"


def _entry(**more: object) -> dict[str, Any]:
    complete = {"id": ID, "author_id": "7", "conversation_id": ID, "created_at": "2026-11-24T03:04:05.000Z"}
    return complete | {"text": "안녕하세요"} | more


def _post(includes: dict[str, Any] | None = None, **more: object) -> XPost:
    page = page_of({"data": [_entry(**more)], "includes": includes or {}, "meta": {"result_count": 1}})
    assert page.unparsable == ()
    return page.posts[0]


def _dialect(tweet: str) -> dict[str, Any]:
    """The same page as X writes it with `tweet` or `post` in its names."""
    return {
        "data": [
            {
                "id": "30",
                "author_id": "7",
                "created_at": "2026-11-24T03:04:05.000Z",
                "conversation_id": "10",
                "lang": "ko",
                "text": "긴 글의 앞…",
                f"note_{tweet}": {"text": "긴 글의 앞과 뒤"},
                f"edit_history_{tweet}_ids": ["29", "30"],
                f"referenced_{tweet}s": [{"type": "replied_to", "id": "10"}, {"type": "quoted", "id": "11"}],
                "attachments": {"media_keys": ["3_1"]},
            }
        ],
        "includes": {
            f"{tweet}s": [{"id": "10", "text": "처음", "author_id": "8"}],
            "media": [
                {"media_key": "3_1", "type": "photo", "alt_text": "영수증", "url": "https://pbs.twimg.com/1.jpg"}
            ],
            "users": [{"id": "7", "username": "minji", "name": "민지"}],
        },
        "meta": {"newest_id": "31", "oldest_id": "30", "next_token": "t", "result_count": 2},
    }


@pytest.mark.parametrize("tweet", ["tweet", "post"])
def test_both_dialects_say_the_same(world: World, tweet: str) -> None:
    world.x.will(Reply(body=_dialect(tweet)))

    page = world.client().mentions()

    assert page == Page(
        posts=(
            XPost(
                id="30",
                text="긴 글의 앞과 뒤",
                author_id="7",
                created_at=BORN,
                conversation_id="10",
                lang="ko",
                edit_ids=("29", "30"),
                in_reply_to="10",
                quotes="11",
                media=(Media("photo", "영수증", "https://pbs.twimg.com/1.jpg"),),
                author=Author("7", "minji", "민지"),
            ),
        ),
        newest_id="31",
        oldest_id="30",
        next_token="t",
        count=2,
    )


def test_a_retweet_is_marked_as_one() -> None:
    assert _post(referenced_tweets=[{"type": "retweeted", "id": "9"}]).retweets == "9"


def test_an_empty_edit_history_is_that_of_a_post_never_edited() -> None:
    assert _post(edit_history_tweet_ids=[""]).edit_ids == (ID,)
    assert _post(edit_history_tweet_ids=[]).edit_ids == (ID,)


def test_versions_are_in_the_order_of_their_making() -> None:
    assert _post(edit_history_post_ids=[ID, "100", "99"]).edit_ids == ("99", "100", ID)


def test_html_entities_are_decoded_once() -> None:
    assert _post(text="A&amp;B &lt;3 &amp;lt; &copy").text == "A&B <3 &lt; &copy"


def test_short_links_are_expanded_and_their_address_is_left_as_it_is() -> None:
    urls = [{"url": "https://t.co/abc", "expanded_url": "https://emerald.example/?a=1&lt=2"}]

    post = _post(text="여기 https://t.co/abc 와 https://t.co/abcd", entities={"urls": urls})

    assert post.text == "여기 https://emerald.example/?a=1&lt=2 와 https://t.co/abcd"


def test_a_long_post_is_expanded_by_its_own_links() -> None:
    note = {
        "text": "끝 https://t.co/z",
        "entities": {"urls": [{"url": "https://t.co/z", "expanded_url": "https://z.example"}]},
    }

    assert _post(note_tweet=note).text == "끝 https://z.example"


def test_the_link_that_x_appends_for_pictures_is_no_part_of_what_was_said() -> None:
    urls = [{"url": "https://t.co/p", "expanded_url": "https://x.com/minji/status/1/photo/1", "media_key": "3_1"}]

    with_media = _post(text="이거요 https://t.co/p", entities={"urls": urls}, attachments={"media_keys": ["3_1"]})
    without = _post(text="이거요 https://t.co/p", entities={"urls": urls})

    assert with_media.text == "이거요"
    assert without.text == "이거요 https://x.com/minji/status/1/photo/1"


@pytest.mark.parametrize("reposts", ["repost_count", "retweet_count"])
def test_metrics_are_read_in_both_dialects(reposts: str) -> None:
    counts = {reposts: 5, "reply_count": 3, "like_count": 31, "quote_count": 1, "bookmark_count": 9}

    assert _post(public_metrics=counts).metrics == PostMetrics(31, 3, 5, 1, impressions=None)
    assert _post(public_metrics=counts | {"impression_count": 1240}).metrics == PostMetrics(31, 3, 5, 1, 1240)
    assert _post().metrics is None


def test_a_number_that_no_table_stores_is_left_out() -> None:
    photo = {"media_key": "3_1", "type": "photo", "url": "https://pbs.twimg.com/1.jpg"}
    media = [photo | {"width": 10**40, "height": 640}]

    post = _post({"media": media}, attachments={"media_keys": ["3_1"]}, public_metrics={"like_count": 10**40})

    assert [(each.width, each.height) for each in post.media] == [(None, 640)]
    assert post.metrics == PostMetrics(0, 0, 0, 0)


def test_a_span_of_counts_that_can_not_be_read_is_an_error_since_the_sum_would_be_too_low() -> None:
    span = {"start": "2026-11-24T03:04:00.000Z", "end": "2026-11-24T03:05:00.000Z"}

    assert [each.posts for each in counts_of({"data": [span | {"tweet_count": 2}], "meta": {}})] == [2]
    assert [each.posts for each in counts_of({"data": [span | {"post_count": 3}], "meta": {}})] == [3]
    assert counts_of({"meta": {"total_tweet_count": 0}}) == ()
    with pytest.raises(Unavailable):
        counts_of({"data": [span], "meta": {}})


def test_media_that_x_does_not_describe_are_not_forgotten() -> None:
    post = _post(attachments={"media_keys": ["3_1", "7_2", "odd"]})

    assert [media.type for media in post.media] == ["photo", "video", "photo"]


def test_a_film_is_linked_by_its_preview() -> None:
    media = [{"media_key": "7_1", "type": "video", "preview_image_url": "https://pbs.twimg.com/v.jpg"}]

    post = _post({"media": media}, attachments={"media_keys": ["7_1"]})

    assert post.media == (Media("video", None, "https://pbs.twimg.com/v.jpg"),)


def test_half_of_a_broken_character_becomes_a_sign_that_can_be_stored() -> None:
    assert _post(text="깨진 \ud83d 글").text == "깨진 \ufffd 글"


def test_missing_optional_fields_have_defaults() -> None:
    post = _post(created_at="yesterday", lang=None, conversation_id=None)

    assert post.created_at == BORN
    assert post.lang == "und"
    assert post.conversation_id == ID


def test_a_post_with_pictures_only_has_an_empty_text() -> None:
    assert _post(text="").text == ""


def test_ids_that_come_as_numbers_are_taken() -> None:
    assert _post(author_id=7).author_id == "7"


@pytest.mark.parametrize(
    ("entry", "unparsable"),
    [
        ({"id": "5", "text": "x"}, Unparsable("5", "it has no usable author_id")),
        ({"id": "5", "author_id": "7"}, Unparsable("5", "it has no text")),
        ({"id": "5a", "author_id": "7", "text": "x"}, Unparsable(None, "it has no usable id")),
        ("post", Unparsable(None, "it is no object")),
        (None, Unparsable(None, "it is no object")),
    ],
)
def test_a_post_that_cannot_be_read_is_handed_on_beside_its_neighbours(entry: object, unparsable: Unparsable) -> None:
    page = page_of({"data": [_entry(), entry], "meta": {"result_count": 2}})

    assert [post.id for post in page.posts] == [ID]
    assert page.unparsable == (unparsable,)
    assert page.count == 2


def test_no_data_is_an_empty_page() -> None:
    assert page_of({"meta": {"result_count": 0}}) == Page((), None, None, None, 0)


def test_where_x_does_not_say_the_ends_of_a_page_its_posts_do() -> None:
    page = page_of({"data": [_entry(id="100"), _entry(id="99"), {"id": "98"}]})

    assert (page.newest_id, page.oldest_id, page.count) == ("100", "98", 3)


def test_ids_of_a_page_that_are_none_are_taken_from_its_posts() -> None:
    page = page_of({"data": [_entry()], "meta": {"newest_id": "null", "oldest_id": "", "result_count": 1}})

    assert (page.newest_id, page.oldest_id) == (page.posts[0].id, page.posts[0].id)


def test_problems_beside_the_data_do_not_spoil_the_page() -> None:
    problem = {"type": NOT_FOUND, "resource_type": "tweet", "resource_id": "9", "parameter": "referenced_tweets.id"}

    page = page_of({"data": [_entry()], "errors": [problem], "meta": {"result_count": 2}})

    assert len(page.posts) == 1
    assert page.count == 2


def test_a_lookup_separates_shown_gone_and_unknown_posts(world: World) -> None:
    protected = "https://api.x.com/2/problems/not-authorized-for-resource"
    errors = [
        {"type": NOT_FOUND, "resource_id": "2", "resource_type": "tweet"},
        {"type": protected, "value": "3", "parameter": "ids"},
        {"type": "https://api.x.com/2/problems/internal-error", "resource_id": "4"},
        {"type": NOT_FOUND, "resource_id": "999", "resource_type": "user"},
    ]
    world.x.will(Reply(body={"data": [_entry(id="1")], "errors": errors}))

    lookup = world.client().posts(["1", "2", "3", "4"], with_authors=False)

    assert lookup.posts.keys() == {"1"}
    assert lookup.gone == {"2", "3"}


def test_a_lookup_of_which_all_is_gone_has_no_data() -> None:
    lookup = lookup_of({"errors": [{"type": NOT_FOUND, "value": "2"}]}, ["2"])

    assert lookup.posts == {}
    assert lookup.gone == {"2"}


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
_NAMES = [
    "id",
    "author_id",
    "text",
    "note_tweet",
    "entities",
    "referenced_posts",
    "edit_history_tweet_ids",
    "created_at",
]
_ENTRY = st.dictionaries(st.sampled_from([*_NAMES, "attachments", "conversation_id", "lang"]), _JSON) | _JSON


@given(st.lists(_ENTRY, max_size=3), st.dictionaries(st.sampled_from(["media", "users"]), _JSON) | _JSON, _JSON)
def test_no_answer_of_x_loses_a_post_or_raises_anything_but_an_x_error(
    entries: list[object], includes: object, meta: object
) -> None:
    page = page_of({"data": entries, "includes": includes, "meta": meta, "errors": meta})

    assert len(page.posts) + len(page.unparsable) == len(entries)


@given(_JSON, _JSON)
def test_any_data_and_errors_are_a_page_or_an_x_error(data: object, errors: object) -> None:
    for body in ({"data": data}, {"errors": errors}, {"data": data, "errors": errors}):
        with suppress(XError):
            assert page_of(body).count >= 0


@pytest.mark.parametrize(("following", "read"), [("same", [None, "same"]), (None, [None])])
def test_pages_end_at_the_last_or_at_one_that_names_itself_as_the_next(
    following: str | None, read: list[str | None]
) -> None:
    tokens: list[str | None] = []

    def read_page(token: str | None) -> Page:
        tokens.append(token)
        return Page((), None, None, following, 0)

    assert len(list(pages(read_page, at_most=9))) == len(read)
    assert tokens == read


def test_a_private_message_or_account_that_cannot_be_parsed_costs_its_neighbours_nothing() -> None:
    whole = {"id": ID, "sender_id": "7", "dm_conversation_id": "1-7", "text": "A &amp; B", "created_at": "now"}
    broken = [{**whole, "sender_id": None}, {**whole, "id": "x"}, {**whole, "text": 1}, "no object"]

    page = messages_of({"data": [*broken, whole], "meta": {}})
    accounts = accounts_of({"data": [{"id": "x"}, {"id": "7", "username": "minji"}]}, ["7", "8"])

    assert [(each.text, each.created_at, each.participant_ids) for each in page.messages] == [
        ("A & B", BORN, frozenset({"1", "7"}))
    ]
    assert (accounts.authors, accounts.gone) == ({"7": Author("7", "minji", "")}, frozenset())


def test_private_messages_that_x_does_not_answer_with_are_an_error() -> None:
    with pytest.raises(XError):
        messages_of({"errors": [{"type": NOT_FOUND, "title": "Not Found Error"}]})
