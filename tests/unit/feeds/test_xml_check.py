"""No document type, and bounds of what a document may contain, whatever is written around them."""

import pytest

from desk.feeds import xml_check
from desk.feeds.model import FeedFailure, FeedUnreadable
from desk.feeds.xml_check import MOST_ATTRIBUTES, MOST_DEPTH, MOST_PREFIXES, checked

RSS = "<rss version='2.0'><channel><item><title>하나</title></item></channel></rss>"
BOMB = "<!DOCTYPE r [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'>]>"


def refusal(text: str) -> FeedFailure:
    with pytest.raises(FeedUnreadable) as caught:
        checked(text)
    return caught.value.failure


@pytest.mark.parametrize(
    "head",
    [
        BOMB,
        f"<?xml version='1.0' encoding='euc-kr'?>\n{BOMB}",
        f"<?x <a ?>{BOMB}",
        f"<!-- <rss> -->{BOMB}",
        f"<?x\n<!ENTITY ?><!-- <rss -->\n{BOMB}",
        "<!DOCTYPE rss>",
        "<!DOCTYPE rss SYSTEM 'http://169.254.169.254/'>",
        "<!DOCTYPE rss [<!-- ]> --><!ENTITY a 'a'>]>",
    ],
)
def test_any_document_type_is_refused_wherever_it_hides(head: str) -> None:
    assert refusal(head + RSS) is FeedFailure.DOCUMENT_TYPE


@pytest.mark.parametrize(
    "head",
    [
        "<!-- <!DOCTYPE rss> and <!ENTITY a 'a'> -->",
        "<?xml version='1.0'?>\n<!-- made by <!DOCTYPE -->\n<?style <!ENTITY ?>",
        "Warning: deprecated\n<?xml version='1.0'?>",
        "<!doctype junk>",
    ],
)
def test_what_only_looks_like_one_before_the_root_element_refuses_nothing(head: str) -> None:
    assert checked(head + RSS) == RSS.encode()


def test_a_declaration_after_the_root_element_began_is_text() -> None:
    assert checked(f"<rss>{BOMB}&b;<!-- c --><![CDATA[d]]></rss>").decode() == (
        f"<rss>{BOMB.replace('<!', '&lt;!')}&b;<!-- c --><![CDATA[d]]></rss>"
    )


def test_a_page_of_html_is_no_feed() -> None:
    assert refusal("<!DOCTYPE html><html></html>") is FeedFailure.NOT_A_FEED
    assert refusal("<!doctype html><p>soon") is FeedFailure.NOT_A_FEED
    assert refusal("soon") is FeedFailure.NOT_A_FEED


def nested(depth: int) -> str:
    return "<a>" * depth + "</a>" * depth


def attributes(number: int) -> str:
    return f"<a {' '.join(f"b{at}=''" for at in range(number))}/>"


def prefixes(number: int) -> str:
    return f"<r>{''.join(f"<a xmlns:n{at}='u'/>" for at in range(number))}</r>"


@pytest.mark.parametrize(
    ("write", "most"), [(nested, MOST_DEPTH), (attributes, MOST_ATTRIBUTES), (prefixes, MOST_PREFIXES)]
)
def test_depth_attributes_and_prefixes_are_bounded(write: "object", most: int) -> None:
    assert callable(write)

    assert checked(write(most)) == write(most).encode()
    assert refusal(write(most + 1)) is FeedFailure.TOO_COMPLEX
    assert refusal(f"{write(most + 1)}</wrong>") is FeedFailure.TOO_COMPLEX


def test_elements_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml_check, "MOST_ELEMENTS", 4)

    assert checked(RSS) == RSS.encode()
    assert refusal(RSS.replace("<title>", "<a/><title>")) is FeedFailure.TOO_COMPLEX
