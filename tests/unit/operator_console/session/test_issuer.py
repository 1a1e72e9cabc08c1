"""What the console takes from the issuer: tokens, keys and claims."""

import base64
import json
from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
from aws_lambda_powertools import Logger
from joserfc import jwk, jwt

from desk.staff.model import Role
from operator_console.app import COOKIE
from tests.fakes.issuer import CLIENT, FakeIssuer, key
from tests.unit.operator_console.scene import ConsoleScene
from tests.unit.operator_console.sign_in_scene import (
    DISCOVERY,
    NOT_NOW,
    NOT_VERIFIED,
    OPERATORS,
    cookies_of,
    refused,
    sign_in_scene,
    signed_in,
)


@pytest.fixture
def scene() -> ConsoleScene:
    return sign_in_scene()


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> StringIO:
    """What the console logs."""
    written = StringIO()
    logger = Logger(service=f"test-{uuid4()}", stream=written)
    monkeypatch.setattr("tests.unit.operator_console.scene.Logger", lambda **_: logger)
    return written


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://evil.example"},
        {"iss": None},
        {"aud": "another-desk"},
        {"aud": None},
        {"aud": [CLIENT, "another-desk"]},
        {"aud": [CLIENT, "another-desk"], "azp": "another-desk"},
        {"azp": "another-desk"},
        {"nonce": "another"},
        {"nonce": None},
        {"exp": 1_800_000_000 - 61},
        {"exp": None},
        {"exp": "never"},
        {"iat": 1_800_000_000 + 61},
        {"nbf": 1_800_000_000 + 61},
        {"sub": None},
        {"sub": ""},
    ],
)
def test_a_token_for_another_sign_in_is_refused(scene: ConsoleScene, changes: dict[str, Any]) -> None:
    scene.issuer.changes = changes

    refused(signed_in(scene), NOT_VERIFIED)


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": 1_800_000_000 - 59},
        {"iat": 1_800_000_000 + 59},
        {"aud": [CLIENT]},
        {"aud": [CLIENT, "another-desk"], "azp": CLIENT},
    ],
)
def test_clocks_may_differ_a_little_and_several_audiences_name_ours(
    scene: ConsoleScene, changes: dict[str, Any]
) -> None:
    scene.issuer.changes = changes

    assert COOKIE in cookies_of(signed_in(scene))


def unsigned(claims: dict[str, Any]) -> str:
    parts = ({"alg": "none", "typ": "JWT"}, claims)
    head, body = (base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts)
    return f"{head}.{body}."


def with_a_shared_secret(claims: dict[str, Any]) -> str:
    public = json.dumps(key("2026-11").as_dict(private=False))
    return jwt.encode({"alg": "HS256", "kid": "2026-11"}, claims, jwk.OctKey.import_key(public), algorithms=["HS256"])


def with_another_key(claims: dict[str, Any]) -> str:
    return jwt.encode({"alg": "ES256", "kid": "2026-11"}, claims, key("forged"), algorithms=["ES256"])


def changed_afterwards(claims: dict[str, Any]) -> str:
    head, _, signature = with_its_own_key(claims).split(".")
    return f"{head}.{unsigned(claims | {'email': 'sujin@jade.example'}).split('.')[1]}.{signature}"


def with_its_own_key(claims: dict[str, Any]) -> str:
    return jwt.encode({"alg": "ES256", "kid": "2026-11"}, claims, key("2026-11"), algorithms=["ES256"])


@pytest.mark.parametrize(
    "sign",
    [unsigned, with_a_shared_secret, with_another_key, changed_afterwards, lambda _: "no.token", lambda _: "티.오.큰"],
)
def test_a_token_that_the_issuer_did_not_sign_is_refused(scene: ConsoleScene, sign: Any) -> None:
    scene.issuer.sign = sign

    refused(signed_in(scene), NOT_VERIFIED)


def test_a_token_with_the_issuers_own_key_is_accepted(scene: ConsoleScene) -> None:
    scene.issuer.sign = with_its_own_key

    assert COOKIE in cookies_of(signed_in(scene))


def test_a_new_key_of_the_issuer_is_looked_for_once(scene: ConsoleScene) -> None:
    signed_in(scene)
    scene.issuer.kid = "2026-12"
    scene.issuer.published = ["2026-11", "2026-12"]

    refused(signed_in(scene), NOT_VERIFIED)  # forged tokens must not make the console ask for keys again and again
    scene.issuer.now += 30
    assert COOKIE in cookies_of(signed_in(scene))
    assert scene.issuer.asked.count("/keys") == 2


def test_keys_for_encryption_verify_nothing(scene: ConsoleScene) -> None:
    keys = [key(kid).as_dict(private=False) for kid in ("another", "2026-11")]
    scene.issuer.documents["/keys"] = {"keys": [{**keys[0], "kid": "2026-11", "use": "enc"}, keys[1]]}

    assert COOKIE in cookies_of(signed_in(scene))


EC, RSA = ({**key("unusable", kind).as_dict(private=False)} for kind in ("EC", "RSA"))


@pytest.mark.parametrize(
    "unusable",
    [
        jwk.ECKey.generate_key("secp256k1").as_dict(private=False),
        {**EC, "crv": "secp256k1"},
        {**EC, "crv": "P-999"},
        {**EC, "x": "!"},
        {**EC, "x": EC["y"]},
        {**EC, "use": 1},
        {**EC, "key_ops": ["encrypt"]},
        {**RSA, "kty": "ML-DSA"},
        {**RSA, "kty": []},
        {**RSA, "e": "\ud800"},
        {name: value for name, value in RSA.items() if name != "n"},
        {"kty": "oct", "k": "c2VjcmV0"},
        {},
        "key",
        None,
    ],
)
@pytest.mark.parametrize("kid", [{"kid": "2026-11"}, {}])
def test_a_key_that_cannot_be_used_locks_nobody_out(scene: ConsoleScene, unusable: Any, kid: dict[str, str]) -> None:
    named = {**unusable, "kid": "2026-11"} if isinstance(unusable, dict) else unusable
    scene.issuer.documents["/keys"] = {"keys": [named, key("2026-11").as_dict(private=False)]}
    scene.issuer.sign = lambda claims: jwt.encode({"alg": "ES256", **kid}, claims, key("2026-11"), algorithms=["ES256"])

    assert COOKIE in cookies_of(signed_in(scene))


def rotated(issuer: FakeIssuer, kid: str | None, published: list[dict[str, Any]]) -> None:
    """From now on the issuer signs with a new key, called `kid`, and publishes these keys."""
    header = {"alg": "ES256"} | ({"kid": kid} if kid else {})
    issuer.sign = lambda claims: jwt.encode(header, claims, key("new"), algorithms=["ES256"])
    issuer.documents["/keys"] = {"keys": published}


NEW = key("new").as_dict(private=False)
OLD = key("2026-11").as_dict(private=False)
NAMELESS = [{name: value for name, value in one.items() if name != "kid"} for one in (OLD, NEW)]


@pytest.mark.parametrize(
    ("kid", "published"),
    [
        ("new", [OLD, NEW]),
        ("2026-11", [{**NEW, "kid": "2026-11"}]),
        ("2026-11", [OLD, {**NEW, "kid": "2026-11"}]),
        (None, [NAMELESS[1]]),
        (None, [*NAMELESS, RSA]),
        (None, [OLD, NEW]),
        ("new", NAMELESS),
    ],
    ids=[
        "a new name",
        "the name of the old key",
        "one name for two",
        "none",
        "none for several",
        "a key alone",
        "none",
    ],
)
def test_a_new_key_of_the_issuer_is_found(
    scene: ConsoleScene, kid: str | None, published: list[dict[str, Any]]
) -> None:
    signed_in(scene)
    scene.issuer.now += 30
    rotated(scene.issuer, kid, published)

    assert COOKIE in cookies_of(signed_in(scene))
    assert scene.issuer.asked.count("/keys") == 2


@pytest.mark.parametrize("kid", ["forged", "2026-11", None])
def test_forged_tokens_do_not_make_the_console_ask_for_keys_again_and_again(
    scene: ConsoleScene, kid: str | None
) -> None:
    signed_in(scene)
    scene.issuer.now += 30
    rotated(scene.issuer, kid, [OLD])

    for _ in range(5):
        refused(signed_in(scene), NOT_VERIFIED)
    assert scene.issuer.asked.count("/keys") == 2


def person_signed_in(scene: ConsoleScene) -> tuple[str, Role, set[str]]:
    """The name, the role and the departments of the person who signs in."""
    session = scene.sessions.find(cookies_of(signed_in(scene))[COOKIE], scene.now)
    assert session is not None
    return session.person.name, session.person.role, set(session.person.departments)


def test_claims_that_only_user_info_has_count(scene: ConsoleScene) -> None:
    scene.issuer.only_in_user_info = None

    assert person_signed_in(scene) == ("박지민", Role.OPERATOR, set())


def test_roles_that_only_user_info_has_count(scene: ConsoleScene) -> None:
    scene.issuer.claims = {"sub": "7", "name": "김지은", "roles": ["billing"]}
    scene.issuer.only_in_user_info = {"roles"}

    assert person_signed_in(scene) == ("김지은", Role.DEPARTMENT, {"billing"})


def test_user_info_is_not_asked_for_what_the_token_says(scene: ConsoleScene) -> None:
    signed_in(scene)
    scene.issuer.claims = {"sub": "7", "name": "김지은", "roles": ["billing"]}
    scene.brand = scene.brand._replace(console=OPERATORS._replace(operators=frozenset()))
    signed_in(scene)

    assert "/me" not in scene.issuer.asked


def test_what_the_token_says_counts_before_what_user_info_says(scene: ConsoleScene) -> None:
    scene.issuer.documents["/me"] = {"sub": "1", "name": "Somebody", "roles": "operator", "iss": "x"}
    scene.issuer.claims = {"sub": "1", "name": "이보라", "roles": "viewer"}

    assert person_signed_in(scene) == ("이보라", Role.VIEWER, set())


JIMIN, GUEST = "jimin@jade.example", "guest@jade.example"


@pytest.mark.parametrize(
    ("token", "user_info", "is_known"),
    [
        ({}, {"email": JIMIN, "email_verified": True}, True),
        ({"email": JIMIN}, {"email": JIMIN, "email_verified": True}, True),
        ({}, {"email": JIMIN}, False),
        ({}, {"email": JIMIN, "email_verified": False}, False),
        ({"email": JIMIN}, {"email": GUEST, "email_verified": True}, False),
        ({"email": JIMIN}, {"email_verified": True}, False),
        ({"email": JIMIN, "email_verified": False}, {"email": JIMIN, "email_verified": True}, False),
        ({"email": GUEST, "email_verified": True}, {"email": JIMIN, "email_verified": True}, False),
        ({"email_verified": True}, {"email": JIMIN}, False),
    ],
)
def test_an_address_counts_only_if_the_issuer_says_that_this_one_is_verified(
    scene: ConsoleScene, token: dict[str, Any], user_info: dict[str, Any], is_known: bool
) -> None:
    scene.issuer.claims = {"sub": "1", **token}
    scene.issuer.documents["/me"] = {"sub": "1", **user_info}

    response = signed_in(scene)

    assert (response["statusCode"], COOKIE in cookies_of(response)) == ((303, True) if is_known else (403, False))


@pytest.mark.parametrize("sub", [{}, {"sub": "2"}, {"sub": 1}, {"sub": None}])
def test_claims_of_another_account_are_refused(scene: ConsoleScene, sub: dict[str, Any]) -> None:
    scene.issuer.claims = {"sub": "1"}
    scene.issuer.documents["/me"] = {"email": JIMIN, "email_verified": True, **sub}

    refused(signed_in(scene), NOT_VERIFIED)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (None, "ConnectTimeout"),
        ((500, {}), "500"),
        ((401, {"error": "invalid_token"}), "401"),
        ((302, "https://login.jade.example/staff/keys"), "TooManyRedirects"),
        ((200, b"<html>"), "JSONDecodeError"),
        ((200, b"eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmVk"), "JSONDecodeError"),
        ((200, b"\xff"), "UnicodeDecodeError"),
        ((200, b"[" * 100_000), "RecursionError"),
        ((200, []), "200"),
        ((200, {"sub": "1", "email": JIMIN, "email_verified": True, "picture": "x" * 500_000}), "ValueError"),
    ],
)
def test_user_info_that_fails_is_a_page_with_a_way_on_and_a_reason_in_the_log(
    scene: ConsoleScene, log: StringIO, answer: Any, reason: str
) -> None:
    scene.issuer.only_in_user_info = None
    if answer is None:
        scene.issuer.down.add("/me")
    else:
        scene.issuer.documents["/me"] = answer

    response = signed_in(scene)

    assert response["statusCode"] == 503
    refused(response, NOT_NOW)
    written = log.getvalue()
    assert f'"reason":"UserInfo: {reason}"' in written
    assert scene.issuer.access_token not in written


def test_without_user_info_the_token_alone_decides(scene: ConsoleScene, log: StringIO) -> None:
    scene.issuer.documents[DISCOVERY] = {**scene.issuer.described(), "userinfo_endpoint": None}
    scene.issuer.claims = {"sub": "1", "roles": "viewer"}
    assert person_signed_in(scene) == ("1", Role.VIEWER, set())

    scene.issuer.claims = {"sub": "1"}
    refused(signed_in(scene), "아직 권한이 없어요")
    assert '"missing":["roles","email","email_verified","name"]' in log.getvalue()
