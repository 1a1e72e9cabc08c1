"""Formats of single values in desk.yaml, each with the error message for a value of another format."""

from typing import Annotated
from zoneinfo import available_timezones

from pydantic import AfterValidator, StringConstraints
from pydantic_core import PydanticCustomError

from desk.posts.errors import PostNotAccepted
from desk.posts.text import clean
from desk.private_numbers import private_numbers_in
from desk.promises.terms import EXAMPLES, term_in
from desk.x.entities import EntityKind, entities, is_hashtag
from desk.x.weight import MAX_WEIGHT, weigh
from local.brand.slow_patterns import trouble_with

SENTENCES: dict[str, str] = {}
"""By pattern: what to say about a value that does not match."""

STACKS = "dorothy-"
"""What the names of stacks on AWS begin with, before the brand's key."""

REFUSED = "refused"
"""The pydantic error type of the functions here; its message is the sentence."""

_CONTROL = r"\x00-\x1f\x7f"
_LONGEST_SIGNATURE = 20
_LONGEST_DUE = "September 30 (Wednesday), 11:59 p.m."
_A_CASE = "7Q2M4-XD93K"
_LEADS_AWAY = frozenset({EntityKind.MENTION, EntityKind.LINK})


def _shape(pattern: str, sentence: str) -> StringConstraints:
    SENTENCES[pattern] = sentence
    return StringConstraints(pattern=pattern)


def _one_line(longest: int) -> StringConstraints:
    pattern = rf"^[^\s{_CONTROL}]([^{_CONTROL}]{{0,{longest - 2}}}[^\s{_CONTROL}])?$"
    return _shape(pattern, f"must be 1 to {longest} characters on one line, no blanks around")


def _known_zone(name: str) -> str:
    if name not in available_timezones():
        raise PydanticCustomError(
            REFUSED, "{found} is no IANA time zone; write one like Asia/Seoul", {"found": repr(name)}
        )
    return name


def _fits_a_post(text: str) -> str:
    """Refuse what X would find too long, counted as it is when it is published."""
    weight = weigh(text).weighted_length
    if weight > MAX_WEIGHT:
        context = {"weight": weight, "limit": MAX_WEIGHT}
        raise PydanticCustomError(REFUSED, "weighs {weight} on X, which takes {limit}", context)
    return text


def _signs_a_post(text: str) -> str:
    """Refuse what would take a reply's room, call somebody else or lead elsewhere in every single one."""
    if entities(text, _LEADS_AWAY):
        raise PydanticCustomError(REFUSED, "has a handle or a link, which would stand in every reply")
    weight = weigh(text).weighted_length
    if weight > _LONGEST_SIGNATURE:
        context = {"weight": weight, "limit": _LONGEST_SIGNATURE}
        raise PydanticCustomError(REFUSED, "weighs {weight} on X; a signature takes {limit} at most", context)
    try:
        return clean(text, "signature")
    except PostNotAccepted as exc:
        why = str(exc).removeprefix("The signature ").removesuffix(".")
        raise PydanticCustomError(REFUSED, "{why}", {"why": why}) from exc


def _acknowledges(text: str) -> str:
    """Refuse what X would not take with the places filled in, and places that nothing fills."""
    try:
        filled = text.format(due=_LONGEST_DUE, case=_A_CASE)
        clean(filled, "text")
    except (KeyError, IndexError, ValueError):
        context = {"example": "{due} or {case}"}
        raise PydanticCustomError(REFUSED, "may have no other places than {example} in braces", context) from None
    except PostNotAccepted as exc:
        raise PydanticCustomError(REFUSED, "{why}", {"why": str(exc)}) from exc
    if entities(filled, _LEADS_AWAY):
        raise PydanticCustomError(REFUSED, "has a handle or a link, which would stand in every reply")
    _fits_a_post(filled)
    return text


def _replies(text: str) -> str:
    """Refuse what X would find too long even before its places are filled, and private numbers."""
    if kinds := private_numbers_in(text):
        context = {"kinds": ", ".join(kinds)}
        raise PydanticCustomError(REFUSED, "has private numbers that everyone on X would see: {kinds}", context)
    return _fits_a_post(text)


def _promise_term(written: str) -> str:
    try:
        return term_in(written)
    except ValueError:
        context = {"examples": ", ".join(EXAMPLES["en"])}
        raise PydanticCustomError(REFUSED, "must be a time like one of {examples}", context) from None


def _hashtag(name: str) -> str:
    if not is_hashtag(name):
        raise PydanticCustomError(REFUSED, "must be the hashtag without #: letters, digits and _")
    return name


def _usable_pattern(pattern: str) -> str:
    trouble = trouble_with(pattern)
    if trouble:
        raise PydanticCustomError(REFUSED, "{trouble}", {"trouble": trouble})
    return pattern


Slug = Annotated[
    str,
    _shape(r"^[a-z][a-z0-9-]{0,29}$", "must be 1 to 30 small letters, digits and hyphens, beginning with a letter"),
]
Name = Annotated[str, _one_line(40)]
Handle = Annotated[
    str, _shape(r"^[A-Za-z0-9_]{1,15}$", "must be the X user name without @: 1 to 15 letters, digits or _")
]
UserId = Annotated[str, _shape(r"^[1-9][0-9]{0,18}$", "must be X's number of the account, in quotes")]
HOURS = r"^([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-4]):[0-5][0-9]$"
Clock = Annotated[str, _shape(r"^([01][0-9]|2[0-3]):[0-5][0-9]$", 'must be a time like "09:00", in quotes')]
Hours = Annotated[str, _shape(HOURS, 'must be like "09:00-18:00", in quotes')]
Email = Annotated[
    str,
    _shape(
        r"^[A-Za-z0-9._%+-]{1,64}@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}$",
        "must be one e-mail address like billing@emerald.example",
    ),
]
Word = Annotated[str, _one_line(40)]
Sentence = Annotated[str, _one_line(500)]
Signature = Annotated[str, _one_line(_LONGEST_SIGNATURE), AfterValidator(_signs_a_post)]
Pattern = Annotated[str, _one_line(200), AfterValidator(_usable_pattern)]
Hashtag = Annotated[str, _one_line(100), AfterValidator(_hashtag)]
Author = Annotated[
    str,
    _shape(
        r"^([A-Za-z0-9_]{1,15}|[1-9][0-9]{0,18})$", "must be X's number of the account in quotes, or its name without @"
    ),
]
Domain = Annotated[
    str,
    _shape(
        r"^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$",
        "must be a domain in small letters like desk.emerald.example, without https://",
    ),
]
Certificate = Annotated[
    str,
    _shape(
        r"^arn:aws[a-z-]*:acm:[a-z0-9-]+:[0-9]{12}:certificate/[A-Za-z0-9-]+$",
        "must be the ARN of a certificate in AWS Certificate Manager, beginning with arn:aws:acm:",
    ),
]
Phone = Annotated[
    str, _shape(r"^\+[1-9][0-9]{6,14}$", 'must be a number with its country code like "+821000000000", in quotes')
]
Webhook = Annotated[
    str,
    _shape(
        r"^https://([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}(:[0-9]{1,5})?(/[^\s<>\"]{0,200})?$",
        "must be an address like https://oncall.emerald.example/hook",
    ),
]
PictureUrl = Annotated[
    str,
    _shape(
        r"^https://([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}/[^\s<>\"#]{1,500}$",
        "must be the address of a picture like https://www.emerald.example/30.png",
    ),
]
FeedUrl = Annotated[
    str,
    _shape(
        r"^https?://([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}(:(80|443))?(/[^\s<>\"#]{0,500})?$",
        "must be the address of a feed like https://blog.emerald.example/feed",
    ),
]
Issuer = Annotated[
    str,
    _shape(
        r"^https://([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}(:[0-9]{1,5})?(/[^\s<>\"?#]{0,200})?$",
        "must be the issuer's address exactly as its tokens name it, like https://login.emerald.example/staff",
    ),
]
ClientId = Annotated[str, _shape(r"^[!#-&(-~]{1,200}$", "must be 1 to 200 letters, digits and signs without blanks")]
ClaimName = Annotated[str, _shape(r"^[A-Za-z0-9_:./-]{1,100}$", "must be a claim's name, like roles or groups")]
RolePrefix = Annotated[str, _shape(r"^[A-Za-z0-9_:./-]{0,60}$", "must be up to 60 letters, digits and the signs _:./-")]
DomainPrefix = Annotated[
    str,
    _shape(
        r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$",
        "must be 1 to 63 small letters, digits and hyphens, no hyphen at the ends",
    ),
]
Country = Annotated[str, _shape(r"^[A-Z]{2}$", "must be a country's two capital letters, like KR")]
Zone = Annotated[str, AfterValidator(_known_zone)]
Greeting = Annotated[Sentence, AfterValidator(_fits_a_post)]
Acknowledging = Annotated[Sentence, AfterValidator(_acknowledges)]
Reply = Annotated[Sentence, AfterValidator(_replies)]
PromiseTerm = Annotated[str, AfterValidator(_promise_term)]
