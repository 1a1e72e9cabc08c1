"""Texts of posts as HTML: what is linked, and to where."""

import re

import pytest

from desk.case_view.conversation import linked

X = "https://x.example"


def links_in(text: str) -> list[tuple[str, str]]:
    """The addresses and the words of the links."""
    return re.findall(r'<a href="([^"]*)" rel="noreferrer noopener" target="_blank">([^<]*)</a>', linked(text, X))


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("f!@kn @a@b a@example.com", []),
        ("＠user @jade님", [(f"{X}/user", "＠user"), (f"{X}/jade", "@jade")]),
        (
            "#महात्मा #การเมือง #요금제1 #1",
            [(f"{X}/hashtag/{tag}", f"#{tag}") for tag in ("महात्मा", "การเมือง", "요금제1")],
        ),
        ("a#b https://example.com/#b", [("https://example.com/#b",) * 2]),
        (
            "HTTP://example.com/?a=1&b example.com",
            [("HTTP://example.com/?a=1&amp;b",) * 2, ("https://example.com", "example.com")],
        ),
        ("javascript:alert(1) data:text/html,x ftp://example.com/a", []),
    ],
)
def test_a_text_is_linked_as_on_x(text: str, links: list[tuple[str, str]]) -> None:
    assert links_in(text) == links


def test_what_is_not_linked_stays_as_it_is() -> None:
    assert linked("<b>1 & 2</b> \ud800 @a@b", X) == "&lt;b&gt;1 &amp; 2&lt;/b&gt; \ufffd @a@b"
