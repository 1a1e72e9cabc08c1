"""What the parts of desk.yaml must say about each other.

They check the plain values as written, even if other values are wrong, so that one check shows everything at once;
what has a wrong shape is passed over here, since the model reports it.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any

import holidays
from holidays.registry import EntityLoader

from desk.brand import ListenSettings
from desk.listening.query import QueryTooLong, queries, unsearchable
from desk.posts.errors import MentionNotAllowed, QuoteNotAllowed
from desk.posts.references import check_references
from desk.reading import OPERATOR
from desk.replies.placeholders import names_time
from local.brand.model import Digest, XBudget
from local.brand.pin_rules import broken_pins, known_department
from local.brand.shapes import HOURS, STACKS

type Place = tuple[str | int, ...]
type Finding = tuple[Place, str]

_NOT_IN_ADDRESSES = ("aws", "amazon", "cognito")
_NO_TIME = "must say {time}, the moment of its promise"
_NO_PROMISE = "says {time}, so the reply needs `promise`"
_END_OF_DAY = 24 * 60
_MORNING, _EVENING = Digest().morning, Digest().evening


def broken_rules(value: Any) -> Iterator[Finding]:
    """Every broken rule in the plain value of a desk.yaml: its place and what to tell."""
    yield from _hours(_section(value, "hours"))
    yield from _country(_section(value, "holidays"))
    yield from _both_off_and_on(_section(value, "holidays"))
    yield from _digest(_section(value, "digest"))
    yield from _repeated(_texts(value, "greetings"), ("greetings",))
    yield from _departments(_section(value, "departments"))
    yield from _console(_section(value, "console"), _section(value, "departments"))
    yield from _sign_in_address(_section(value, "console"), _section(value, "brand").get("key"))
    if isinstance(value, dict):
        yield from known_department(value, (), _section(value, "departments"), "fact_checkers")
        yield from broken_pins(value.get("pins"), _section(value, "departments"))
        yield from _saved_replies(
            value.get("saved_replies"), _section(value, "departments"), _section(value, "brand").get("language", "ko")
        )
        yield from _approval(value.get("approval"), _section(value, "console"))
        yield from _feeds(value.get("feeds"))
        yield from _listen(_section(value, "listen"), str(_section(value, "brand").get("handle", "")))
        yield from _x_budget(_section(value, "x_budget"))
        yield from _checks(_section(value, "checks"))
        yield from _references(value)


def _x_budget(section: dict[str, Any]) -> Iterator[Finding]:
    """A month that holds no day, and limits of single things that never apply."""
    day, month = section.get("day_usd", XBudget().day_usd), section.get("month_usd", XBudget().month_usd)
    if _is_number(day) and _is_number(month) and month < day:
        place = "month_usd" if "month_usd" in section else "day_usd"
        yield (
            ("x_budget", place),
            f"a month of ${month:g} is less than a day of ${day:g}, so the day's budget never applies",
        )
    for purpose, most in _section(section, "at_most_usd_a_day").items():
        if _is_number(most) and _is_number(day) and most > day:
            yield ("x_budget", "at_most_usd_a_day", purpose), f"is more than the whole day's budget of ${day:g}"


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def opening_minutes(hours: str) -> tuple[int, int]:
    """Minutes after midnight of both ends of `HH:MM-HH:MM`, whose shape was checked."""
    opening, closing = hours.split("-")
    return _minutes(opening), _minutes(closing)


def _hours(week: dict[str, Any]) -> Iterator[Finding]:
    if week and not any(week.values()):
        yield ("hours",), "has no working day, so nothing would ever be due"
    for day, hours in week.items():
        if not isinstance(hours, str) or not re.fullmatch(HOURS, hours):
            continue
        opening, closing = opening_minutes(hours)
        if not opening < closing <= _END_OF_DAY:
            yield ("hours", day), "must end after it begins, at 24:00 at the latest"


def _country(section: dict[str, Any]) -> Iterator[Finding]:
    """Findings on a country or region whose holidays nobody here knows."""
    country, region = section.get("country", "KR"), section.get("subdivision")
    if isinstance(country, str) and country not in EntityLoader.get_country_codes():
        yield ("holidays", "country"), f"{country!r} has no holidays known here; write null and list the days in extra"
    elif isinstance(region, str):
        known = getattr(holidays, country).subdivisions if isinstance(country, str) else ()
        if region not in known:
            regions = ", ".join(known) or "none"
            yield ("holidays", "subdivision"), f"{region!r} is no region of {country}; known: {regions}"


def _both_off_and_on(section: dict[str, Any]) -> Iterator[Finding]:
    off = {day for _, day in _texts(section, "extra")}
    for index, day in _texts(section, "working_on"):
        if day in off:
            yield ("holidays", "working_on", index), f"{day} is listed in extra as a day off"


def _digest(section: dict[str, Any]) -> Iterator[Finding]:
    yield from _repeated(_texts(section, "emails"), ("digest", "emails"))
    morning, evening = section.get("morning", _MORNING), section.get("evening", _EVENING)
    if isinstance(morning, str) and isinstance(evening, str) and morning >= evening:
        late = f"must be after the morning's, which comes at {morning}"
        early = f"must be before the evening's, which comes at {evening}"
        yield (("digest", "evening"), late) if "evening" in section else (("digest", "morning"), early)


def _departments(departments: dict[str, Any]) -> Iterator[Finding]:
    if departments and OPERATOR not in departments:
        yield ("departments", OPERATOR), "is missing: it gets what belongs to no other department"
    first: dict[str, str] = {}
    for key, entry in departments.items():
        place, plain = ("departments", key), key.replace("-", "")
        if plain in first:
            yield (
                place,
                f"cannot be distinguished from {first[plain]!r} where hyphens are not allowed, as in AWS's logical ids",
            )
        first.setdefault(plain, key)
        if isinstance(entry, dict):
            yield from _department(key, entry, place)
    yield from _taught_twice(departments)


def _department(key: str, entry: dict[str, Any], place: Place) -> Iterator[Finding]:
    for part in ("emails", "words", "examples"):
        yield from _repeated(_texts(entry, part), (*place, part))
    if key == OPERATOR and not entry.get("emails"):
        yield place, "needs an e-mail address: it is the fallback for every department"
    if key == OPERATOR and "answers" in entry:
        yield (*place, "answers"), "is for the other departments; what the operator writes goes to X anyway"
    if key != OPERATOR and not entry.get("words") and not entry.get("examples"):
        yield place, "needs words or examples, or nothing would ever come here"


def _saved_replies(entries: Any, departments: dict[str, Any], language: Any) -> Iterator[Finding]:
    written = [(at, entry) for at, entry in enumerate(entries if isinstance(entries, list) else ())]
    written = [(at, entry) for at, entry in written if isinstance(entry, dict)]
    for at, entry in written:
        yield from known_department(entry, ("saved_replies", at), departments)
        if isinstance(entry.get("texts"), dict) and language in entry["texts"]:
            yield ("saved_replies", at, "texts", language), "is the desk's own language: that text is `text`"
        yield from _promised_times(entry, ("saved_replies", at))
    yield from _repeated([(at, str(entry.get("title"))) for at, entry in written], ("saved_replies",))


def _promised_times(entry: dict[str, Any], place: Place) -> Iterator[Finding]:
    """Findings on a saved reply that promises without saying by when, or says a time without a promise."""
    others = entry["texts"] if isinstance(entry.get("texts"), dict) else {}
    texts = {(*place, "text"): entry.get("text"), **{(*place, "texts", name): text for name, text in others.items()}}
    for at, text in texts.items():
        if isinstance(text, str) and names_time(text) != bool(entry.get("promise")):
            yield at, _NO_TIME if entry.get("promise") else _NO_PROMISE


def _references(value: dict[str, Any]) -> Iterator[Finding]:
    """Findings on greetings that X would refuse, since they quote a post or mention another account."""
    own = str(_section(value, "brand").get("handle", "")).casefold()
    greetings: list[tuple[Place, Any]] = [(("greetings", at), text) for at, text in _texts(value, "greetings")]
    today = _section(value, "greeting_today").get("text")
    for place, text in [*greetings, (("greeting_today", "text"), today)]:
        if not isinstance(text, str):
            continue
        try:
            check_references(text, {own})
        except (QuoteNotAllowed, MentionNotAllowed) as exc:
            yield place, f"is none that can be posted: {exc}"


def _checks(section: dict[str, Any]) -> Iterator[Finding]:
    """Findings on words that are listed twice, and on a wrong name that is the right one of a product."""
    for part in ("banned", "competitors"):
        yield from _repeated(_texts(section, part), ("checks", part))
    entries = section.get("products")
    products = [
        (at, one) for at, one in enumerate(entries if isinstance(entries, list) else ()) if isinstance(one, dict)
    ]
    yield from _repeated([(at, str(one.get("name"))) for at, one in products], ("checks", "products"))
    right = {_plain(str(one.get("name"))) for _, one in products}
    for at, one in products:
        for place, wrong in _texts(one, "wrong"):
            if _plain(wrong) in right:
                yield ("checks", "products", at, "wrong", place), f"calls {wrong!r} wrong, which is a product's name"


def _feeds(entries: Any) -> Iterator[Finding]:
    written = [(at, entry) for at, entry in enumerate(entries if isinstance(entries, list) else ())]
    written = [(at, entry) for at, entry in written if isinstance(entry, dict)]
    for part in ("name", "url"):
        yield from _repeated([(at, str(entry.get(part))) for at, entry in written], ("feeds",))
    for at, entry in written:
        yield from _repeated(_texts(entry, "hashtags"), ("feeds", at, "hashtags"))


def _listen(section: dict[str, Any], handle: str) -> Iterator[Finding]:
    """Findings on what is listed twice, on words with which X finds nothing, and on more than fits into a query."""
    without = _section(section, "without")
    lists: dict[Place, list[tuple[int, str]]] = {
        ("listen", "terms"): _texts(section, "terms"),
        ("listen", "hashtags"): _texts(section, "hashtags"),
        ("listen", "without", "words"): _texts(without, "words"),
        ("listen", "without", "accounts"): _texts(without, "accounts"),
    }
    for place, texts in lists.items():
        yield from _repeated(texts, place)
        for at, words in texts:
            if place[-1] in {"terms", "words"} and (why := unsearchable(words)):
                yield (*place, at), why
            if place[-1] == "hashtags" and words.isdigit():
                yield (*place, at), "needs a letter: X takes digits alone for no hashtag"
    for at, term in lists["listen", "terms"]:
        for _, word in lists["listen", "without", "words"]:
            if f" {word} ".casefold() in f" {term} ".casefold():
                yield ("listen", "terms", at), f"would find nothing: listen.without leaves out {word!r}"
    written = (tuple(text for _, text in texts) for texts in (*lists.values(), _texts(section, "languages")))
    try:
        queries(ListenSettings(*written), handle)
    except QueryTooLong as exc:
        yield ("listen",), f"is too long for X's search: {exc}; shorten it, or leave out fewer words and accounts"


def _console(section: dict[str, Any], departments: dict[str, Any]) -> Iterator[Finding]:
    issuer = section.get("issuer")
    if issuer and not section.get("client_id"):
        yield ("console",), "needs client_id: what the issuer calls this desk"
    if section.get("client_id") and not issuer:
        yield ("console", "client_id"), "belongs to an issuer, which is missing"
    if issuer and section.get("domain_prefix"):
        yield ("console", "domain_prefix"), "is for a user pool of Cognito; with an issuer there is none"
    if issuer and not section.get("role_claim") and not section.get("operators"):
        yield ("console",), "needs role_claim or operators, or nobody could use the console"
    for part in ("operators", "viewers"):
        yield from _repeated(_texts(section, part), ("console", part))
    members = _section(section, "departments")
    for key in members:
        yield from _repeated(_texts(members, key), ("console", "departments", key))
        if key == OPERATOR:
            yield ("console", "departments", key), "is no department with members of its own; use operators"
        elif key not in departments:
            yield ("console", "departments", key), "is no department of this desk"


def _sign_in_address(console: dict[str, Any], key: Any) -> Iterator[Finding]:
    """A finding on an address of Cognito's sign-in page that Cognito refuses."""
    written = console.get("domain_prefix")
    word = next((word for word in _NOT_IN_ADDRESSES if word in str(written or f"{STACKS}{key}")), None)
    if console.get("issuer") or word is None:
        return
    if written:
        yield ("console", "domain_prefix"), f"has {word!r} in it, which Amazon Cognito refuses"
    else:
        other = "write another beginning of the sign-in page's address as console.domain_prefix"
        yield ("brand", "key"), f"has {word!r} in it, which Amazon Cognito refuses; {other}"


def _approval(kinds: Any, console: dict[str, Any]) -> Iterator[Finding]:
    """A finding where nobody could be the second person, unless a claim gives people roles."""
    operators = len({str(address).casefold() for _, address in _texts(console, "operators")})
    if kinds and console.get("issuer") and not console.get("role_claim") and operators == 1:
        yield ("approval",), "needs two operators: nobody approves a post of their own"


def _taught_twice(departments: dict[str, Any]) -> Iterator[Finding]:
    """Findings on an example that another department has too: both would learn the opposite of each other."""
    first: dict[str, str] = {}
    for key, entry in departments.items():
        for index, text in _texts(entry, "examples"):
            owner = first.setdefault(_plain(text), key)
            if owner != key:
                place = ("departments", key, "examples", index)
                yield place, f"{text!r} is an example of {owner!r} too; keep it where it belongs"


def _repeated(texts: Sequence[tuple[int, str]], place: Place) -> Iterator[Finding]:
    """Findings on a text that an earlier one equals but for case and Unicode composition."""
    first: dict[str, int] = {}
    for index, text in texts:
        plain = _plain(text)
        if plain in first:
            yield (*place, index), f"says {text!r} again, as item {first[plain] + 1} of this list already does"
        first.setdefault(plain, index)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()


def _section(value: Any, key: str) -> dict[str, Any]:
    found = value.get(key) if isinstance(value, dict) else None
    return found if isinstance(found, dict) else {}


def _texts(value: Any, key: str) -> list[tuple[int, str]]:
    """The texts of a list with their index; what is no text has no part in it."""
    found = value.get(key) if isinstance(value, dict) else None
    return [(at, item) for at, item in enumerate(found if isinstance(found, list) else []) if isinstance(item, str)]


def _minutes(clock: str) -> int:
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)
