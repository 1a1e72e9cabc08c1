"""Who a person is at the desk, by the claims of an ID token that was checked."""

from collections.abc import Collection, Iterable, Mapping
from hashlib import sha256
from typing import Any

from desk.ascii import ascii_lower
from desk.brand import Brand
from desk.replies.errors import InvalidField
from desk.replies.forms import LONGEST_NAME, name_in
from desk.staff.model import Person, Role

_LONGEST_ADDRESS = 320
_NAMES = ("name", "preferred_username", "email")
"""Claims by which a person is called, the best first."""


def person_of(claims: Mapping[str, Any], brand: Brand) -> Person | None:
    """The person; None for one who has no role here.

    The first of operator, viewer and department that an address or a value of the role claim gives is the person's
    role. An address counts only if the issuer has verified it.
    """
    settings, address = brand.console, verified_address(claims)
    values = set(_values(claims, settings.role_claim, settings.role_prefix))
    person = Person(id_of(claims), _name(claims), Role.VIEWER, email=address)
    if Role.OPERATOR in values or address in settings.operators:
        return person._replace(role=Role.OPERATOR)
    if Role.VIEWER in values or address in settings.viewers:
        return person
    theirs = _departments(values, brand.departments)
    theirs |= {key for key, addresses in settings.members.items() if address in addresses}
    return person._replace(role=Role.DEPARTMENT, departments=frozenset(theirs)) if theirs else None


def missing_claims(claims: Mapping[str, Any], brand: Brand) -> list[str]:
    """The claims that are missing and that could change the person's role, or give them a name."""
    settings, person = brand.console, person_of(claims, brand)
    needed: list[str] = []
    if person is None or person.role is not Role.OPERATOR:
        needed += [settings.role_claim] if settings.role_claim else []
        needed += ["email", "email_verified"] if settings.has_addresses else []
    if not any(claims.get(name) for name in _NAMES):
        needed.append(_NAMES[0])
    return [name for name in dict.fromkeys(needed) if claims.get(name) is None]


def verified_address(claims: Mapping[str, Any]) -> str:
    """The account's e-mail address, with ASCII letters in lower case, if the issuer has verified it; else ""."""
    address = claims.get("email")
    if not isinstance(address, str) or claims.get("email_verified") not in (True, "true"):
        return ""
    return ascii_lower(address)[:_LONGEST_ADDRESS]


def _values(claims: Mapping[str, Any], claim: str, prefix: str) -> Iterable[str]:
    """The values of the role claim, a text or a list of texts, that begin with the prefix, without it."""
    found = claims.get(claim) if claim else None
    values = [found] if isinstance(found, str) else found if isinstance(found, list) else []
    return (value.removeprefix(prefix) for value in values if isinstance(value, str) and value.startswith(prefix))


def _departments(values: Collection[str], departments: Collection[str]) -> set[str]:
    return {value for value in values if value in departments}


def id_of(claims: Mapping[str, Any]) -> str:
    """The person's id: the same for the same account at the same issuer, and of a form that fits a key."""
    return sha256(f"{claims['iss']}\0{claims['sub']}".encode()).hexdigest()[:32]


def _name(claims: Mapping[str, Any]) -> str:
    """The first name that can be shown: the account's, or what stands before its address's @."""
    address = str(claims.get("email") or "")
    for written in (claims.get("name"), claims.get("preferred_username"), address.partition("@")[0], claims["sub"]):
        try:
            return name_in({"name": str(written or "")[:LONGEST_NAME]})
        except InvalidField:
            continue
    return id_of(claims)[:8]
