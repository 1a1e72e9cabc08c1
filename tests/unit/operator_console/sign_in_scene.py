"""People who sign in to the console, for tests of signing in and of what the issuer sends."""

from collections.abc import Mapping

from desk.brand import ConsoleSettings
from operator_console.app import COOKIE
from tests.unit.operator_console.scene import ConsoleScene, Response, html_of

OPERATORS = ConsoleSettings(role_claim="roles", operators=frozenset({"jimin@jade.example"}))


def sign_in_scene() -> ConsoleScene:
    """A console whose operator is Jimin, by address; roles may also be in the claim `roles`."""
    scene = ConsoleScene()
    scene.brand = scene.brand._replace(console=OPERATORS)
    return scene


def cookies_of(response: Response) -> dict[str, str]:
    """The cookies that a response sets."""
    return dict(cookie.partition(";")[0].split("=", 1) for cookie in response["cookies"])


def started(scene: ConsoleScene, to: str = "", cookies: Mapping[str, str] = {}) -> tuple[str, dict[str, str]]:
    """The issuer's address to which the browser is sent, and the browser's cookies then."""
    response = scene.get(f"sign-in?to={to}", cookies=cookies)
    assert response["statusCode"] == 303, response["body"]
    return response["headers"]["location"], {**cookies, **cookies_of(response)}


def signed_in(scene: ConsoleScene, to: str = "", cookies: Mapping[str, str] = {}) -> Response:
    """The response to a browser that comes back from the issuer."""
    url, kept = started(scene, to, cookies)
    return scene.get(f"sign-in/callback?{scene.issuer.signs_in(url)}", cookies=kept)


def refused(response: Response, title: str) -> None:
    """The response is a page with this title and begins no session."""
    assert f"<h1>{title}</h1>" in html_of(response)
    assert COOKIE not in cookies_of(response)


NOT_VERIFIED = "로그인을 확인하지 못했어요"
START_AGAIN = "로그인을 다시 시작해 주세요"
NOT_NOW = "지금은 로그인할 수 없어요"
DISCOVERY = "/.well-known/openid-configuration"
