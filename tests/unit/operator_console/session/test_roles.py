"""Who has which role, by the claims of the account."""

from typing import Any

import pytest

from desk.brand import Brand, ConsoleSettings
from desk.staff.model import Role
from operator_console.session.roles import person_of
from tests.brands import small_brand

SETTINGS = ConsoleSettings(
    role_claim="groups",
    role_prefix="dorothy-",
    operators=frozenset({"jimin@jade.example"}),
    viewers=frozenset({"bora@jade.example", "jimin@jade.example", "kim@jade.example", "sujin@jade.example"}),
    members={"billing": frozenset({"jieun@jade.example"}), "network": frozenset({"jieun@jade.example"})},
)
BRAND: Brand = small_brand()._replace(console=SETTINGS)


def claims(**more: Any) -> dict[str, Any]:
    return {"iss": "https://login.jade.example", "sub": "1", **more}


def with_address(address: str, verified: Any = True) -> dict[str, Any]:
    return claims(email=address, email_verified=verified)


@pytest.mark.parametrize(
    ("found", "role", "departments"),
    [
        (with_address("jimin@jade.example"), Role.OPERATOR, set()),
        (with_address("Bora@Jade.Example"), Role.VIEWER, set()),
        (with_address("jieun@jade.example"), Role.DEPARTMENT, {"billing", "network"}),
        (with_address("bora@jade.example", "true"), Role.VIEWER, set()),
        (claims(groups="dorothy-operator"), Role.OPERATOR, set()),
        (claims(groups=["everybody", "dorothy-viewer", "dorothy-billing"]), Role.VIEWER, set()),
        (claims(groups=["dorothy-billing", "dorothy-nobody"]), Role.DEPARTMENT, {"billing"}),
        (
            claims(groups=["dorothy-network"], **with_address("jieun@jade.example")),
            Role.DEPARTMENT,
            {"billing", "network"},
        ),
        (claims(groups=["dorothy-billing"], **with_address("jimin@jade.example")), Role.OPERATOR, set()),
    ],
)
def test_an_address_or_a_claim_gives_a_role(found: dict[str, Any], role: Role, departments: set[str]) -> None:
    person = person_of(found, BRAND)

    assert person is not None
    assert (person.role, set(person.departments)) == (role, departments)


@pytest.mark.parametrize(
    "found",
    [
        claims(),
        with_address("jimin@jade.example", verified=False),
        with_address("jimin@jade.example", verified=None),
        claims(email="jimin@jade.example"),
        claims(email=["jimin@jade.example"], email_verified=True),
        with_address("jimin@jade.example.evil.example"),
        with_address("jİmin@jade.example"),
        with_address("kim@jade.example".replace("k", "\N{KELVIN SIGN}")),
        with_address("ſujin@jade.example"),
        claims(groups="dorothy-networ\N{KELVIN SIGN}"),
        claims(groups="dorothy-Operator"),
        claims(groups=["operator", "billing"]),
        claims(groups=["dorothy-"]),
        claims(groups={"dorothy-operator": True}),
        claims(groups=[1, None]),
        claims(roles=["dorothy-operator"]),
    ],
)
def test_anything_else_gives_none(found: dict[str, Any]) -> None:
    assert person_of(found, BRAND) is None


def test_a_claim_counts_only_where_one_is_named() -> None:
    brand = BRAND._replace(console=SETTINGS._replace(role_claim="", role_prefix=""))

    assert person_of(claims(groups=["operator"], **{"": "operator"}), brand) is None


@pytest.mark.parametrize(
    ("found", "name"),
    [
        ({"name": " 박지민\u202e "}, "박지민"),
        ({"name": "", "preferred_username": "jimin"}, "jimin"),
        ({"name": "\u200b\u3164", "preferred_username": None}, "jimin.park"),
        ({"name": 7}, "7"),
        ({"name": "박" * 100}, "박" * 40),
    ],
)
def test_a_person_is_called_by_what_can_be_shown(found: dict[str, Any], name: str) -> None:
    person = person_of(claims(groups="dorothy-viewer", email="jimin.park@jade.example", **found), BRAND)

    assert person is not None
    assert person.name == name


def test_the_same_account_is_the_same_person_and_no_other_issuers() -> None:
    first, again, other = (
        person_of({**claims(groups="dorothy-viewer", name=name), "iss": issuer}, BRAND)
        for issuer, name in (("a", "Jimin"), ("a", "Jimin Park"), ("b", "Jimin"))
    )

    assert first
    assert again
    assert other
    assert first.id == again.id != other.id
