"""Signing in and out, with an issuer that signs real tokens."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from aws_lambda_powertools import Logger

from desk.staff.model import Role
from operator_console.app import COOKIE
from operator_console.session.sign_in import SIGN_IN_COOKIE, IssuerSettings, IssuerUnavailable, own_path
from tests.fakes.issuer import CLIENT, ISSUER, FakeIssuer
from tests.unit.operator_console.scene import ConsoleScene, html_of
from tests.unit.operator_console.sign_in_scene import (
    DISCOVERY,
    NOT_NOW,
    NOT_VERIFIED,
    START_AGAIN,
    cookies_of,
    refused,
    sign_in_scene,
    signed_in,
    started,
)


@pytest.fixture
def scene() -> ConsoleScene:
    return sign_in_scene()


@pytest.mark.parametrize("kind", ["EC", "RSA"])
def test_a_person_signs_in_and_arrives_where_they_wanted_to(scene: ConsoleScene, kind: str) -> None:
    scene.issuer.kind = kind

    response = signed_in(scene, "case/7Q2M4-XD93K")

    assert (response["statusCode"], response["headers"]["location"]) == (303, "/console/case/7Q2M4-XD93K")
    cookie, _look = response["cookies"]
    assert cookie.endswith("; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=43200")
    session = scene.sessions.find(cookies_of(response)[COOKIE], scene.now)
    assert session is not None
    assert (session.person.name, session.person.role) == ("박지민", Role.OPERATOR)


def test_the_issuer_gets_a_challenge_and_never_the_verifier(scene: ConsoleScene) -> None:
    url, cookies = started(scene)

    (kept, _) = next(iter(scene.sign_ins.started.values()))
    asked = parse_qs(urlsplit(url).query)
    assert kept.verifier not in url + str(cookies)
    assert asked["scope"] == ["openid profile email"]
    assert asked["redirect_uri"] == ["https://desk.example/console/sign-in/callback"]
    assert asked["ui_locales"] == ["ko"]
    assert kept.browser != cookies[SIGN_IN_COOKIE]


def test_a_new_sign_in_has_a_new_session_and_ends_the_old_one(scene: ConsoleScene) -> None:
    planted = scene.signed_in()

    response = signed_in(scene, cookies=planted.cookies)

    assert cookies_of(response)[COOKIE] != planted.session_id
    assert scene.sessions.find(planted.session_id, scene.now) is None


def test_two_tabs_may_sign_in_at_once(scene: ConsoleScene) -> None:
    first, cookies = started(scene, "stop")
    second, cookies = started(scene, "replies", cookies)

    responses = [
        scene.get(f"sign-in/callback?{scene.issuer.signs_in(url, code=code)}", cookies=cookies)
        for url, code in ((second, "b"), (first, "a"))
    ]

    assert [one["headers"]["location"] for one in responses] == ["/console/replies", "/console/stop"]


def test_a_replayed_code_is_refused(scene: ConsoleScene) -> None:
    url, cookies = started(scene)
    query = scene.issuer.signs_in(url)
    scene.get(f"sign-in/callback?{query}", cookies=cookies)

    refused(scene.get(f"sign-in/callback?{query}", cookies=cookies), START_AGAIN)


def test_a_code_of_another_sign_in_is_refused(scene: ConsoleScene) -> None:
    stolen = scene.issuer.signs_in(started(scene)[0], code="stolen")
    url, cookies = started(scene)
    state = scene.issuer.signs_in(url).partition("&state=")[2]

    refused(scene.get(f"sign-in/callback?code=stolen&state={state}", cookies=cookies), NOT_VERIFIED)
    assert "stolen" in stolen


@pytest.mark.parametrize("cookies", [{}, {SIGN_IN_COOKIE: "A" * 43}])
def test_another_browser_cannot_finish_the_sign_in(scene: ConsoleScene, cookies: dict[str, str]) -> None:
    query = scene.issuer.signs_in(started(scene)[0])

    refused(scene.get(f"sign-in/callback?{query}", cookies=cookies), START_AGAIN)


def test_a_sign_in_that_took_too_long_starts_again(scene: ConsoleScene) -> None:
    url, cookies = started(scene)
    scene.now += timedelta(minutes=10)

    refused(scene.get(f"sign-in/callback?{scene.issuer.signs_in(url)}", cookies=cookies), START_AGAIN)


@pytest.mark.parametrize("query", ["", "code=a", "state=a&code=b", "state=" + "A" * 43, "state=%00&code=%00"])
def test_a_callback_that_nobody_started_is_refused(scene: ConsoleScene, query: str) -> None:
    refused(scene.get(f"sign-in/callback?{query}"), START_AGAIN)


def test_a_person_who_turns_back_at_the_issuer_may_try_again(scene: ConsoleScene) -> None:
    url, cookies = started(scene, "stop")
    state = parse_qs(urlsplit(url).query)["state"][0]

    response = scene.get(f"sign-in/callback?error=access_denied&state={state}", cookies=cookies)

    refused(response, "로그인하지 않았어요")
    assert 'href="/console/sign-in?to=stop"' in html_of(response)


def test_a_code_that_another_issuer_sent_is_refused(scene: ConsoleScene) -> None:
    url, cookies = started(scene)
    query = scene.issuer.signs_in(url)

    refused(scene.get(f"sign-in/callback?{query}&iss=https://evil.example", cookies=cookies), NOT_VERIFIED)
    assert "/token" not in scene.issuer.asked


def test_what_the_issuer_says_about_itself_is_kept_for_an_hour(scene: ConsoleScene) -> None:
    for _ in range(2):
        signed_in(scene)
    assert scene.issuer.asked.count("/.well-known/openid-configuration") == 1

    scene.issuer.now += 3600
    signed_in(scene)

    assert scene.issuer.asked.count("/.well-known/openid-configuration") == 2


GOOD = {"issuer": ISSUER, "authorization_endpoint": f"{ISSUER}/authorize", "token_endpoint": f"{ISSUER}/token"}


@pytest.mark.parametrize(
    "document",
    [
        (500, {}),
        (200, b"<html>"),
        (200, []),
        (200, {}),
        (200, GOOD),
        (200, {**GOOD, "issuer": "https://evil.example", "jwks_uri": f"{ISSUER}/keys"}),
        (200, {**GOOD, "jwks_uri": "http://login.jade.example/keys"}),
        (200, {**GOOD, "jwks_uri": 1}),
        (200, {**GOOD, "jwks_uri": f"{ISSUER}/keys", "userinfo_endpoint": "http://login.jade.example/me"}),
    ],
)
def test_an_issuer_that_does_not_describe_itself_is_a_page_with_a_way_on(scene: ConsoleScene, document: Any) -> None:
    scene.issuer.documents[DISCOVERY] = document

    response = scene.get("sign-in?to=stop")

    assert (response["statusCode"], response["headers"]["retry-after"]) == (503, "5")
    refused(response, NOT_NOW)
    assert 'href="/console/sign-in?to=stop"' in html_of(response)
    assert not scene.sign_ins.started


def test_an_issuer_that_sends_us_elsewhere_is_not_followed(scene: ConsoleScene) -> None:
    scene.issuer.documents[DISCOVERY] = (302, f"{ISSUER}/elsewhere")
    scene.issuer.documents["/elsewhere"] = {**GOOD, "jwks_uri": f"{ISSUER}/keys"}

    refused(scene.get("sign-in"), NOT_NOW)


def test_a_token_that_fits_into_no_address_is_not_kept(scene: ConsoleScene) -> None:
    scene.issuer.claims["groups"] = ["a group of many"] * 300

    signed_in(scene)

    (session,) = scene.sessions.sessions.values()
    assert session.id_token == ""


@pytest.mark.parametrize(
    ("path", "document"),
    [
        ("/token", (500, {})),
        ("/token", (503, b"<html>")),
        ("/keys", (404, {})),
        ("/keys", (200, {})),
        ("/keys", (200, {"keys": []})),
        ("/keys", (200, {"keys": "none"})),
        ("/keys", (200, {"keys": 1})),
        ("/keys", (200, {"keys": [1]})),
        ("/keys", (200, {"keys": [{"kty": "EC", "crv": "P-256", "x": "!"}]})),
    ],
)
def test_an_issuer_that_fails_later_is_a_page_with_a_way_on(scene: ConsoleScene, path: str, document: Any) -> None:
    scene.issuer.documents[path] = document

    response = signed_in(scene, "stop")

    assert response["statusCode"] == 503
    refused(response, NOT_NOW)
    scene.issuer.documents.clear()
    assert COOKIE in cookies_of(signed_in(scene))


@pytest.mark.parametrize("path", [DISCOVERY, "/token", "/keys"])
def test_an_issuer_that_is_down_is_a_page(scene: ConsoleScene, path: str) -> None:
    scene.issuer.down.add(path)

    response = scene.get("sign-in") if path == DISCOVERY else signed_in(scene)

    assert response["statusCode"] == 503
    refused(response, NOT_NOW)


@pytest.mark.parametrize("answer", [(400, {"error": "invalid_client"}), (200, {}), (200, b"<html>"), (200, {"a": 1})])
def test_a_code_that_the_issuer_takes_for_no_token_is_refused(scene: ConsoleScene, answer: Any) -> None:
    scene.issuer.documents["/token"] = answer

    refused(signed_in(scene), NOT_VERIFIED)


def test_where_people_sign_in_is_read_again_after_a_while() -> None:
    issuer, written = FakeIssuer(), [IssuerSettings(ISSUER, CLIENT), IssuerSettings(ISSUER, "another")]
    provider = issuer.provider
    provider._read_settings = lambda: written.pop(0)

    urls = []
    for seconds in (0, 299, 1):
        issuer.now += seconds
        urls.append(
            provider.authorization_url(
                state="s", nonce="n", verifier="v" * 43, redirect_uri="https://d/c", language="ko"
            )
        )

    assert [parse_qs(urlsplit(url).query)["client_id"] for url in urls] == [[CLIENT], [CLIENT], ["another"]]


def test_without_the_parameter_nobody_can_sign_in_and_a_page_says_so(scene: ConsoleScene) -> None:
    def missing() -> IssuerSettings:
        raise IssuerUnavailable("parameter: ParameterNotFound")

    scene.issuer.provider._read_settings = missing

    refused(scene.get("sign-in"), NOT_NOW)


def test_a_person_without_a_role_is_told_whom_to_ask(scene: ConsoleScene) -> None:
    scene.issuer.claims = {"sub": "9", "email": "guest@jade.example", "email_verified": True}

    response = signed_in(scene)

    assert response["statusCode"] == 403
    refused(response, "아직 권한이 없어요")
    page = html_of(response)
    assert "guest@jade.example 계정에는" in page
    assert "desk@jade.example에 권한을 요청해 주세요." in page
    assert f'href="{ISSUER}/end?client_id=dorothy&amp;' in page
    assert not scene.sessions.sessions


def test_hostile_claims_are_only_text(scene: ConsoleScene) -> None:
    scene.issuer.claims = {"sub": "<script>alert(1)</script>"}

    page = html_of(signed_in(scene))

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


@pytest.mark.parametrize(
    ("to", "location"),
    [
        (
            "inbox/to_answer?department=billing%26day=2026-11-24",
            "/console/inbox/to_answer?department=billing&day=2026-11-24",
        ),
        ("/answer/AAAAAAAAAAAAAAAAAA", "/answer/AAAAAAAAAAAAAAAAAA"),
        ("signed-in", "/console/signed-in"),
        ("//evil.example", "/console"),
        ("/\\evil.example", "/console"),
        ("%2F%2Fevil.example", "/console"),
        ("%252F%252Fevil.example", "/console"),
        ("https://evil.example", "/console"),
        ("https:evil.example", "/console"),
        ("evil.example", "/console"),
        ("javascript:alert(1)", "/console"),
        ("../posts", "/console"),
        ("a/../../posts", "/console"),
        ("a%0D%0Aset-cookie:b=c", "/console"),
        ("/answer//evil.example", "/console"),
        ("a" * 501, "/console"),
    ],
)
def test_the_way_back_never_leaves_the_desk(scene: ConsoleScene, to: str, location: str) -> None:
    assert signed_in(scene, to)["headers"]["location"] == location


def test_the_way_back_has_the_filters_of_the_page_that_was_asked_for(scene: ConsoleScene) -> None:
    asked = scene.get("case/7Q2M4-XD93K?mine=1&day=2026-11-24")["headers"]["location"].removeprefix("/console/")

    url = scene.get(asked)["headers"]["location"]

    (kept, _) = next(iter(scene.sign_ins.started.values()))
    assert kept.to == "case/7Q2M4-XD93K?mine=1&day=2026-11-24" == own_path(kept.to)
    assert url.startswith(f"{ISSUER}/authorize")


def test_signing_out_ends_the_session_here_and_leads_on_to_the_issuer(scene: ConsoleScene) -> None:
    response = signed_in(scene)
    session_id = cookies_of(response)[COOKIE]
    person = scene.signed_in()
    person.session_id = session_id
    session = scene.sessions.find(session_id, scene.now)
    assert session

    response = person.post("sign-out", csrf=session.csrf)

    gone = "=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0"
    assert response["cookies"] == [f"{COOKIE}{gone}", f"__Host-device{gone}"]
    assert scene.sessions.find(session_id, scene.now) is None
    assert f'<meta http-equiv="refresh" content="0; url={ISSUER}/end?client_id=dorothy&amp;' in html_of(response)
    assert f"id_token_hint={session.id_token}" in html_of(response)
    assert "post_logout_redirect_uri=https%3A%2F%2Fdesk.example%2Fconsole%2Fsigned-out" in html_of(response)


def test_a_forged_sign_out_is_refused(scene: ConsoleScene) -> None:
    person = scene.signed_in()

    assert person.post("sign-out", csrf="forged")["statusCode"] == 403
    assert scene.sessions.find(person.session_id, scene.now)


@pytest.mark.parametrize("document", [None, {**GOOD, "jwks_uri": f"{ISSUER}/keys"}])
def test_signing_out_works_without_the_issuer(scene: ConsoleScene, document: Any) -> None:
    scene.issuer.documents[DISCOVERY] = document or (500, {})
    person = scene.signed_in()

    response = person.post("sign-out")

    assert "로그인 서버에는 로그인되어 있을 수 있어요." in html_of(response)
    assert "refresh" not in html_of(response)
    assert not scene.sessions.sessions


def test_cognito_is_signed_out_in_its_own_words() -> None:
    pool = "https://cognito-idp.ap-northeast-2.amazonaws.com/ap-northeast-2_1"
    issuer = FakeIssuer()
    issuer.documents["/ap-northeast-2_1/.well-known/openid-configuration"] = {
        "issuer": pool,
        "authorization_endpoint": "https://d.example/oauth2/authorize",
        "token_endpoint": "https://d.example/oauth2/token",
        "jwks_uri": f"{pool}/keys",
        "end_session_endpoint": "https://d.example/logout",
    }
    issuer.provider._read_settings = lambda: IssuerSettings(pool, "1a2b")

    url = issuer.provider.sign_out_url("token", "https://desk.example/console/signed-out")

    assert url == "https://d.example/logout?client_id=1a2b&logout_uri=https%3A%2F%2Fdesk.example%2Fconsole%2Fsigned-out"


@pytest.mark.parametrize(
    ("store", "operation", "path"),
    [("sign_ins", "start", "sign-in"), ("sign_ins", "take", "sign-in/callback"), ("sessions", "begin", "")],
)
def test_busy_tables_are_a_page_that_can_be_tried_again(
    scene: ConsoleScene, store: str, operation: str, path: str
) -> None:
    url, cookies = started(scene)
    query = scene.issuer.signs_in(url)
    getattr(scene, store).busy.add(operation)

    response = scene.get(f"{path or 'sign-in/callback'}?{query}", cookies=cookies)

    assert response["statusCode"] == 503
    assert COOKIE not in cookies_of(response)


def test_the_small_window_tells_the_page_that_opened_it(scene: ConsoleScene) -> None:
    assert "/console/static/signed-in." in html_of(scene.get("signed-in"))
    assert 'href="/console/sign-in"' in html_of(scene.get("signed-out"))


def test_no_code_and_no_token_is_logged(
    scene: ConsoleScene, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    logger = Logger(service=f"test-{uuid4()}")
    monkeypatch.setattr("tests.unit.operator_console.scene.Logger", lambda **_: logger)
    scene.issuer.changes = {"nonce": "another"}
    url, cookies = started(scene)
    query = scene.issuer.signs_in(url, code="a-secret-code")

    scene.get(f"sign-in/callback?{query}", cookies=cookies)
    scene.issuer.changes = {}
    signed_in(scene)

    written = capsys.readouterr().out
    assert "invalid_claim" in written
    assert "signed in" in written
    for secret in ("a-secret-code", "eyJ", parse_qs(urlsplit(url).query)["state"][0], "jimin@jade.example"):
        assert secret not in written
