import pytest

from local.x.control import XControl
from local.x.text import cashtags, handles, render
from tests.local_x import XCaller
from tests.twitter_text import Row, rows


@rows("mentions")
def test_mentions_are_those_of_the_conformance_suite(row: Row) -> None:
    assert handles(row.text) == row.expected


@rows("cashtags")
def test_cashtags_are_those_of_the_conformance_suite(row: Row) -> None:
    assert cashtags(row.text) == row.expected


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("https://example.com/@anna", []),
        ("https://example.com/ @anna", ["anna"]),
        ("example.com/?to=@anna,@ben @carl", ["carl"]),
        ("RT@anna: SMART@ben", ["anna"]),
        ("@anna한테 @ben에게", ["anna", "ben"]),
        ("@annaé", []),
        ("@anna/friends @ben/7", ["ben"]),
    ],
)
def test_neither_links_nor_words_mention_anybody(text: str, found: list[str]) -> None:
    assert handles(text) == found


def test_entities_have_their_places_in_the_escaped_text() -> None:
    text = "<&> @anna & https://example.com/a?b&c @ben #help <b> $KT &@carl"

    shown = render(text)

    words = {
        shown.text[entity["start"] : entity["end"]]
        for entities in shown.entities.values()
        for entity in entities
        if "url" not in entity
    }
    assert words == {"@anna", "@ben", "#help", "$KT"}
    assert [mention["username"] for mention in shown.entities["mentions"]] == ["anna", "ben"]


def test_a_handle_in_a_link_or_before_an_accent_is_no_mention(control: XControl, user: XCaller, mentions: str) -> None:
    control.posts(
        [
            {"author": {"username": "anna"}, "text": text}
            for text in ("https://example.com/@emeraldmobile", "@emeraldmobileé")
        ]
    )
    kept = control.post("ben", "RT@emeraldmobile opens")

    assert [post["id"] for post in user.get(mentions).json()["data"]] == [kept]
