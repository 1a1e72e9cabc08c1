import unicodedata
from datetime import timedelta

import pytest

from desk.posts.model import Post, is_same
from desk.posts.reconcile import find_on_x
from tests.fakes.x import FakeX
from tests.unit.posts.scene import NOON, SECOND, a_post


def an_account(late: timedelta = timedelta(0)) -> FakeX:
    return FakeX(lambda: NOON + timedelta(hours=1), late=late)


def claimed_post(text: str = "공지입니다", in_reply_to: str | None = None) -> Post:
    return a_post(text, in_reply_to=in_reply_to, claimed_at=NOON)


@pytest.mark.parametrize(
    ("ours", "shown"),
    [
        ("안내 https://emerald.example/a", "안내 https://emerald.example/a"),
        ("안내 emerald.example/a", "안내 http://emerald.example/a"),
        ("안내 https://emerald.example/", "안내 https://emerald.example"),
        ("안내 https://emerald.example/a/\n끝", "안내 https://emerald.example/a 끝"),
        ("안내 https://emerald.example/%EC%95%88", "안내 https://emerald.example/안"),
        ("가격 < 100 & 무료", "가격 < 100 & 무료"),
        ("카페", unicodedata.normalize("NFD", "카페")),
        ("둘  칸", "둘 칸 "),
    ],
)
def test_the_same_words_are_found_however_x_writes_their_links_and_blanks(ours: str, shown: str) -> None:
    x, post = an_account(), claimed_post(ours)

    made = x.add_own_post(shown, at=NOON)

    assert find_on_x(post, x) == made


@pytest.mark.parametrize("shown", ["안내 https://emerald.example/b", "안내 https://emerald.example/a!", "안내", "알림"])
def test_other_words_are_another_post(shown: str) -> None:
    x = an_account()
    x.add_own_post(shown, at=NOON)

    assert find_on_x(claimed_post("안내 https://emerald.example/a"), x) is None


def test_the_addresses_that_x_puts_before_a_reply_do_not_count() -> None:
    x, post = an_account(), claimed_post("@hana 확인했어요", in_reply_to="77")

    made = x.add_own_post("@minji @hana 확인했어요", in_reply_to="77", at=NOON)

    assert find_on_x(post, x) == made


_COMPOSE = "messages/compose?recipient_id=2590000001"


@pytest.mark.parametrize(
    "link", ["", " https://t.co/a1B2", f" https://twitter.com/{_COMPOSE}", f" https://x.com/{_COMPOSE}"]
)
def test_what_x_shows_of_a_button_for_a_private_message_does_not_count(link: str) -> None:
    x, post = an_account(), claimed_post("비공개로 안내해 드릴게요", in_reply_to="77")

    made = x.add_own_post(f"@minji 비공개로 안내해 드릴게요{link}", in_reply_to="77", at=NOON)

    assert find_on_x(post._replace(private_message=True), x) == made
    assert find_on_x(post, x) == (None if link else made)


def test_addresses_before_an_announcement_do() -> None:
    x = an_account()
    x.add_own_post("@minji 공지입니다", at=NOON)

    assert find_on_x(claimed_post("@hana 공지입니다"), x) is None


@pytest.mark.parametrize(("ours", "theirs"), [("77", "78"), ("77", None), (None, "77")])
def test_the_same_words_to_another_place_are_another_post(ours: str | None, theirs: str | None) -> None:
    x = an_account()
    x.add_own_post("확인했어요", in_reply_to=theirs, at=NOON)

    assert find_on_x(claimed_post("확인했어요", in_reply_to=ours), x) is None


def test_a_retweet_of_the_same_words_is_not_it() -> None:
    x = an_account()
    x.add_own_post("공지입니다", at=NOON, retweets="5")

    assert not is_same(claimed_post(), x.made[0])
    assert find_on_x(claimed_post(), x) is None


def test_what_stood_there_before_the_claim_is_not_it_save_for_the_clocks() -> None:
    x, post = an_account(), claimed_post()
    x.add_own_post(post.text, at=NOON - timedelta(minutes=2))
    before = find_on_x(post, x)

    made = x.add_own_post(post.text, at=NOON - 50 * SECOND)

    assert before is None
    assert find_on_x(post, x) == made


def test_a_timeline_that_shows_more_than_was_asked_for_misleads_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    x, post = an_account(), claimed_post()
    x.add_own_post(post.text, at=NOON - timedelta(days=1))
    own_posts = x.own_posts
    monkeypatch.setattr(x, "own_posts", lambda **_: own_posts())

    assert find_on_x(post, x) is None


def test_of_an_edited_post_the_first_id_is_told() -> None:
    x, post = an_account(), claimed_post()
    x.add_own_post(post.text, at=NOON)
    first = x.made[0].id

    assert x.made[0].first_id == first
    assert find_on_x(post, x) == first


def test_a_post_far_down_the_timeline_is_found_and_no_timeline_is_walked_for_ever() -> None:
    x, post = an_account(), claimed_post()
    made = x.add_own_post(post.text, at=NOON)
    for number in range(450):
        x.add_own_post(f"다른 글 {number}", at=NOON + SECOND * number)

    found, looks = find_on_x(post, x), x.count("own_posts")
    for number in range(600):
        x.add_own_post(f"또 다른 글 {number}", at=NOON + SECOND * number)
    unfound = find_on_x(post, x)

    assert (found, looks) == (made, 5)
    assert (unfound, x.count("own_posts")) == (None, 5 + 8)


def test_what_was_never_claimed_is_nowhere() -> None:
    x = an_account()
    x.add_own_post("공지입니다", at=NOON)

    assert find_on_x(a_post("공지입니다"), x) is None
    assert x.count("own_posts") == 0
