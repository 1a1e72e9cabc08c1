from desk.x.weight import weigh
from local.x.control import XControl
from tests.local_x import XCaller

OLD = {
    "tweet.fields": "attachments,author_id,conversation_id,created_at,edit_controls,entities,in_reply_to_user_id,lang,"
    "note_tweet,public_metrics,referenced_tweets,display_text_range",
    "expansions": "attachments.media_keys,author_id,referenced_tweets.id,entities.mentions.username",
    "media.fields": "alt_text,url,preview_image_url",
    "user.fields": "protected,public_metrics",
}
NEW = {
    "post.fields": "attachments,conversation_id,created_at,entities,lang,note_post,public_metrics",
    "expansions": "attachments.media_keys,author_id,referenced_posts",
    "media.fields": "alt_text,url",
    "user.fields": "public_metrics",
}
LONG = "@emeraldmobile " + "긴 이야기를 하겠습니다. " * 2_000


def test_a_request_for_tweet_fields_is_answered_with_tweets(control: XControl, user: XCaller, mentions: str) -> None:
    asked = control.post("anna", "@emeraldmobile hello")
    reply = control.post("ben", LONG, in_reply_to=asked)

    body = user.get(mentions, OLD).json()

    post = body["data"][0]
    assert post["referenced_tweets"] == [{"type": "replied_to", "id": asked}]
    assert post["edit_history_tweet_ids"] == [reply]
    assert post["note_tweet"]["text"].endswith("긴 이야기를 하겠습니다. ")
    assert [one["id"] for one in body["includes"]["tweets"]] == [asked]
    assert post["public_metrics"]["retweet_count"] == 0
    assert "tweet_count" in body["includes"]["users"][0]["public_metrics"]


def test_a_request_for_post_fields_is_answered_with_posts(control: XControl, user: XCaller, mentions: str) -> None:
    asked = control.post("anna", "@emeraldmobile hello")
    reply = control.post("ben", LONG, in_reply_to=asked)

    body = user.get(mentions, NEW).json()

    post = body["data"][0]
    assert post["referenced_posts"] == [{"type": "replied_to", "id": asked}]
    assert post["edit_history_post_ids"] == [reply]
    assert post["note_post"]["text"].endswith("긴 이야기를 하겠습니다. ")
    assert [one["id"] for one in body["includes"]["posts"]] == [asked]
    assert post["public_metrics"]["repost_count"] == 0
    assert not {key for key in post if "tweet" in key}


def test_fields_of_the_other_dialect_and_unknown_ones_are_dropped_silently(
    control: XControl, user: XCaller, mentions: str
) -> None:
    control.post("anna", "@emeraldmobile hello")

    old = user.get(mentions, {"tweet.fields": "note_post,referenced_posts,colour"}).json()["data"][0]
    new = user.get(mentions, {"post.fields": "author_id,note_tweet,colour"}).json()["data"][0]

    assert set(old) == {"id", "text", "edit_history_tweet_ids"}
    assert set(new) == {"id", "text", "edit_history_post_ids"}


def test_a_long_post_is_cut_in_text_and_whole_in_the_note(control: XControl, user: XCaller, mentions: str) -> None:
    control.post("anna", LONG)

    post = user.get(mentions, OLD).json()["data"][0]

    assert post["text"].endswith("…")
    assert weigh(post["text"]).valid
    assert LONG.startswith(post["text"][:-1])
    assert post["note_tweet"]["text"] == LONG


def test_links_are_wrapped_and_listed_in_the_entities(control: XControl, user: XCaller, mentions: str) -> None:
    control.post("anna", "<b> @emeraldmobile see https://example.com/a?b=1&c=2 & tell #help")

    post = user.get(mentions, OLD).json()["data"][0]

    link = post["entities"]["urls"][0]
    assert link["expanded_url"] == "https://example.com/a?b=1&c=2"
    assert post["text"] == f"&lt;b&gt; @emeraldmobile see {link['url']} &amp; tell #help"
    assert post["text"][link["start"] : link["end"]] == link["url"]
    assert link["url"].startswith("https://t.co/")
    assert len(link["url"]) == 23
    assert post["entities"]["mentions"][0]["id"]
    assert post["entities"]["hashtags"][0]["tag"] == "help"


def test_pictures_come_with_their_description_and_films_with_a_preview(
    control: XControl, user: XCaller, mentions: str
) -> None:
    media = [{"type": "photo", "alt_text": "a broken router"}, {"type": "video", "url": "https://pbs.twimg.com/v.jpg"}]
    post_id = control.post("anna", "@emeraldmobile look", media=media)

    body = user.get(mentions, OLD).json()

    photo, film = body["includes"]["media"]
    assert body["data"][0]["attachments"]["media_keys"] == [photo["media_key"], film["media_key"]]
    assert (photo["type"], photo["alt_text"], photo["url"].rsplit("/", 1)[1]) == (
        *("photo", "a broken router"),
        f"{photo['media_key']}.jpg",
    )
    assert (film["type"], film["preview_image_url"], "url" in film) == ("video", "https://pbs.twimg.com/v.jpg", False)
    links = body["data"][0]["entities"]["urls"]
    assert [link["expanded_url"] for link in links] == [
        f"https://x.com/anna/status/{post_id}/photo/1",
        f"https://x.com/anna/status/{post_id}/video/2",
    ]
    start, end = body["data"][0]["display_text_range"]
    assert body["data"][0]["text"][start:end] == "@emeraldmobile look"


def test_a_deleted_parent_is_an_error_beside_its_answers(control: XControl, user: XCaller, mentions: str) -> None:
    asked = control.post("anna", "@emeraldmobile hello")
    control.post("ben", "me too", in_reply_to=asked)
    control.delete(asked)

    body = user.get(mentions, OLD).json()

    assert "tweets" not in body["includes"]
    assert (body["errors"][0]["resource_id"], body["errors"][0]["parameter"]) == (asked, "referenced_tweets.id")
    assert body["data"][0]["referenced_tweets"][0]["id"] == asked


def test_authors_are_included_only_on_demand(control: XControl, user: XCaller, mentions: str) -> None:
    anna = control.person("anna", name="Anna Kim")
    control.post("anna", "@emeraldmobile hello")

    without = user.get(mentions, {"tweet.fields": "author_id"}).json()
    asked = user.get(mentions, {"expansions": "author_id"}).json()

    assert without["data"][0]["author_id"] == anna
    assert "includes" not in without
    assert asked["includes"]["users"] == [{"id": anna, "username": "anna", "name": "Anna Kim"}]


def test_a_quote_carries_its_reference_and_link(control: XControl, user: XCaller, mentions: str) -> None:
    quoted = control.post("anna", "prices rise")
    control.post("ben", "@emeraldmobile is it true?", quotes=quoted)

    post = user.get(mentions, OLD).json()["data"][0]

    assert post["referenced_tweets"] == [{"type": "quoted", "id": quoted}]
    assert post["entities"]["urls"][0]["expanded_url"] == f"https://x.com/anna/status/{quoted}"


def test_an_endpoint_can_ignore_or_reject_the_parameter_of_a_dialect(
    control: XControl, user: XCaller, mentions: str, own_posts: str
) -> None:
    control.post("anna", "@emeraldmobile hello")
    control.dialects("mentions", {"tweet.fields": "ignored", "post.fields": "rejected"})

    ignored = user.get(mentions, OLD).json()["data"][0]
    rejected = user.get(mentions, NEW)

    assert {"id", "text", "author_id"} <= set(ignored)
    assert not {"created_at", "conversation_id", "lang"} & set(ignored)
    assert rejected.status_code == 400
    assert list(rejected.json()["errors"][0]["parameters"]) == ["post.fields"]
    assert user.get(own_posts, NEW).status_code == 200
    control.dialects("mentions", {"post.fields": "ignored"})
    half = user.get(mentions, NEW).json()["data"][0]
    assert set(half) == {"id", "text", "edit_history_tweet_ids", "author_id"}
    control.reset()
    assert user.get(mentions, NEW).status_code == 200
