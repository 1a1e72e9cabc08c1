from datetime import UTC, datetime

from desk.notifications.mail.feedback import FeedbackGroup
from desk.x.model import XPost
from mail_feedback.send import group_by_word

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
WORDS = ("리모컨", "셋톱", "셋톱박스", "TV", "app", "119")


def post(number: int, text: str) -> XPost:
    return XPost(str(number), text, "7", NOON, str(number), "ko", (str(number),))


def shape(*texts: str) -> list[tuple[str, list[int]]]:
    """Which posts stand in which group, by their places."""
    groups = group_by_word([post(place, text) for place, text in enumerate(texts)], WORDS)
    return [(group.word, [int(each.id) for each in group.posts]) for group in groups]


def test_posts_with_the_same_word_are_a_group_and_the_rest_come_last() -> None:
    texts = "리모컨이 작아요", "기사님 최고", "음량 버튼 없는 리모컨은 처음 봐요", "셋톱 소음 좀"

    assert shape(*texts) == [("리모컨", [0, 2]), ("", [1, 3])]


def test_a_post_is_in_the_largest_group_that_it_fits() -> None:
    texts = "리모컨 좋아요", "리모컨이랑 TV", "리모컨 별로", "TV 화질 굿", "TV 소리 굿"

    assert shape(*texts) == [("리모컨", [0, 1, 2]), ("TV", [3, 4])]


def test_of_two_words_for_the_same_posts_the_longer_one_names_the_group() -> None:
    assert shape("셋톱박스 예뻐요", "새 셋톱박스 느려요") == [("셋톱박스", [0, 1])]


def test_a_word_that_only_one_post_uses_makes_no_group() -> None:
    assert shape("리모컨 좋아요", "TV 굿") == [("", [0, 1])]


def test_latin_words_and_numbers_are_whole_ones_in_any_case() -> None:
    assert shape("The APP is great", "app앱 좋아요", "so happy", "11900원", "my tv", "2119") == [
        ("app", [0, 1]),
        ("", [2, 3, 4, 5]),
    ]


def test_nothing_makes_no_group() -> None:
    assert group_by_word([], WORDS) == ()
    assert group_by_word([post(1, "좋아요")], ()) == (FeedbackGroup("", (post(1, "좋아요"),)),)
