import hmac
from http import HTTPStatus

import pytest

from desk.errors import TokensUnavailable
from desk.web.problems import HttpProblem
from post_update.api.auth import ApiToken, Authenticator
from tests.fakes.api_tokens import CMS, EDITOR, FakeApiTokens


class Seconds:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def refusal(authorise: Authenticator, offered: str) -> HttpProblem:
    with pytest.raises(HttpProblem) as caught:
        authorise.authenticate(offered)
    return caught.value


def test_a_token_is_known_by_its_name() -> None:
    authorise = Authenticator(FakeApiTokens(CMS, EDITOR))

    assert authorise.authenticate(CMS.token) is CMS
    assert authorise.authenticate(EDITOR.token) is EDITOR


@pytest.mark.parametrize("offered", ["", f"{CMS.token}x", CMS.token[:-1], "토큰", "\udc80"])
def test_another_token_is_refused_with_401(offered: str) -> None:
    problem = refusal(Authenticator(FakeApiTokens(CMS)), offered)

    assert problem.problem() == {"type": "about:blank", "title": "Unauthorized", "status": 401}
    assert problem.headers == {"www-authenticate": "Bearer"}


def test_without_any_token_nobody_gets_in() -> None:
    assert refusal(Authenticator(FakeApiTokens()), CMS.token).status is HTTPStatus.UNAUTHORIZED


def test_all_tokens_are_compared_in_constant_time_whichever_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[bytes] = []
    compare = hmac.compare_digest

    def watched(one: bytes, other: bytes) -> bool:
        compared.append(one)
        return compare(one, other)

    monkeypatch.setattr(hmac, "compare_digest", watched)

    Authenticator(FakeApiTokens(CMS, EDITOR)).authenticate(CMS.token)

    assert compared == [CMS.token.encode(), EDITOR.token.encode()]


def test_a_new_token_is_read_at_once() -> None:
    tokens = FakeApiTokens(CMS)
    tokens.stored = (CMS, EDITOR)

    assert Authenticator(tokens).authenticate(EDITOR.token) is EDITOR


def test_guessing_makes_the_secret_be_read_once_a_minute_not_more() -> None:
    tokens, seconds = FakeApiTokens(CMS), Seconds()
    authorise = Authenticator(tokens, seconds)

    for _ in range(5):
        refusal(authorise, "guess")
    seconds.now += 60
    refusal(authorise, "guess")

    assert tokens.refreshes == 2


class FailsAnew(FakeApiTokens):
    """Still knows what it knew, but can't read anew while `down`."""

    down = True

    def refreshed(self) -> tuple[ApiToken, ...]:
        self.fails = self.down
        try:
            return tuple(super().refreshed())
        finally:
            self.fails = False


def test_a_failed_look_for_a_new_token_is_no_verdict_on_it_and_is_not_made_again_at_once() -> None:
    tokens, seconds = FailsAnew(CMS), Seconds()
    authorise = Authenticator(tokens, seconds)

    for _ in range(3):
        with pytest.raises(TokensUnavailable):
            authorise.authenticate("perhaps-a-new-one")

    assert tokens.refreshes == 1
    assert authorise.authenticate(CMS.token) is CMS


def test_after_a_failed_look_the_next_one_decides() -> None:
    tokens, seconds = FailsAnew(CMS), Seconds()
    authorise = Authenticator(tokens, seconds)
    with pytest.raises(TokensUnavailable):
        authorise.authenticate("guess")

    tokens.down = False
    seconds.now += 60

    assert refusal(authorise, "guess").status is HTTPStatus.UNAUTHORIZED
    assert refusal(authorise, "guess").status is HTTPStatus.UNAUTHORIZED
