import pytest

from desk.replies.actions import fits, token_of


def test_a_token_fits_its_link_and_version_alone() -> None:
    token = token_of("A" * 18, 3)

    assert fits(token, "A" * 18, "3")
    assert not fits(token, "A" * 18, "4")
    assert not fits(token, "B" * 18, "3")


@pytest.mark.parametrize("token", ["", "0" * 64, "가나다", "\x00"])
def test_anything_else_is_no_token(token: str) -> None:
    assert not fits(token, "A" * 18, "3")


def test_a_token_does_not_have_the_link() -> None:
    assert "A" * 18 not in token_of("A" * 18, 3)
