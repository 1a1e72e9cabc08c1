"""Translating a post for the person who reads it, within the day's budget of look-ups. Nothing is stored.

The errors:

```
NotTranslated        `problem` says why there is no translation; its value is the key of a sentence for people
```
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from desk.aws.dynamodb import code_of
from desk.brand import Purpose
from desk.errors import NotReached, OverBudget
from desk.text import cut
from desk.x.meter import SpendMeter
from desk.x.model import XPost
from desk.x.spend import SpendStore

PRICE_OF_A_LETTER = 15
"""Micro-dollars: $15 for a million letters, in every region."""

MOST_BYTES = 10_000
"""What one call takes. Only long posts have more."""

_OF_X = {"in": "id", "iw": "he", "zh-cn": "zh", "zh-hans": "zh", "zh-tw": "zh-TW", "zh-hant": "zh-TW", "nb": "no"}
"""Languages that X calls by another code than Amazon Translate does."""

_CODES = (
    "af am ar az bg bn bs ca cs cy da de el en es et fa fi fr ga gu ha he hi hr ht hu hy id is it ja ka kk kn ko "
    "lt lv mk ml mn mr ms mt nl no pa pl ps pt ro ru si sk sl so sq sr sv sw ta te th tl tr uk ur uz vi zh"
)
_LANGUAGES = frozenset(_CODES.split())
"""Languages that Amazon Translate knows by the code that X uses."""


def source_language(stated: str, own: str) -> str:
    """The code of the language to translate from; "" for the desk's `own` one, and for one that nobody translates.

    `stated` is what X says of a post. It is taken as it is: to have the language detected costs extra.
    """
    code = stated.lower()
    code = _OF_X.get(code, code)
    return "" if code == own or code not in _LANGUAGES | set(_OF_X.values()) else code


def price_of(text: str) -> int:
    """What translating the text costs, in micro-dollars."""
    return len(cut(text, MOST_BYTES)) * PRICE_OF_A_LETTER


def price_shown(post: XPost, own: str) -> str:
    """The price of the post in the desk's `own` language, such as `$0.005`; "" if nobody translates it."""
    if not post.text.strip() or not source_language(post.lang, own):
        return ""
    return f"${-(-price_of(post.text) // 1_000) / 1_000:.3f}"


class TranslationProblem(StrEnum):
    """Why there is no translation. The key of its sentence for people is `console.translation.<value>`."""

    OVER_BUDGET = "over_budget"
    BUSY = "busy"
    """Amazon Translate takes no more calls at the moment."""
    NOT_SUPPORTED = "not_supported"
    """Not between these languages."""
    NOT_ALLOWED = "not_allowed"
    """The account or the region has no Amazon Translate."""
    UNAVAILABLE = "unavailable"
    """It fails, takes too long or cannot be reached."""


class NotTranslated(Exception):
    """There is no translation. `is_billed`: nobody knows whether Amazon Translate has done it."""

    def __init__(self, problem: TranslationProblem, *, is_billed: bool = False) -> None:
        super().__init__(problem.value)
        self.problem = problem
        self.is_billed = is_billed


class Translator(Protocol):
    """Translates texts."""

    def translate(self, text: str, source: str, target: str) -> str:
        """The text in the language `target`. Raises NotTranslated, after at most some seconds."""
        ...


class TranslateClient(Protocol):
    """What is used of boto3's client."""

    def translate_text(self, *, Text: str, SourceLanguageCode: str, TargetLanguageCode: str) -> Mapping[str, Any]:  # noqa: N803 - boto3's names
        """See AWS."""
        ...


_PROBLEMS = {
    "ThrottlingException": TranslationProblem.BUSY,
    "TooManyRequestsException": TranslationProblem.BUSY,
    "LimitExceededException": TranslationProblem.BUSY,
    "UnsupportedLanguagePairException": TranslationProblem.NOT_SUPPORTED,
    "AccessDeniedException": TranslationProblem.NOT_ALLOWED,
    "SubscriptionRequiredException": TranslationProblem.NOT_ALLOWED,
    "UnrecognizedClientException": TranslationProblem.NOT_ALLOWED,
}
_DONE_PERHAPS = frozenset({"InternalServerException", "ServiceUnavailableException"})


class AmazonTranslate:
    """Translator on Amazon Translate. `client` makes the client at its first use; it should give up after seconds."""

    def __init__(self, client: Callable[[], TranslateClient]) -> None:
        self._client = client

    def translate(self, text: str, source: str, target: str) -> str:
        """See Translator. Nothing that is raised or logged has the text."""
        try:
            answer = self._client().translate_text(Text=text, SourceLanguageCode=source, TargetLanguageCode=target)
        except ClientError as exc:
            code = code_of(exc)
            problem = _PROBLEMS.get(code, TranslationProblem.UNAVAILABLE)
            raise NotTranslated(problem, is_billed=code in _DONE_PERHAPS) from None
        except BotoCoreError:
            raise NotTranslated(TranslationProblem.UNAVAILABLE, is_billed=True) from None
        return str(answer["TranslatedText"])


class Translation(NamedTuple):
    """A translation; `is_cut`: it is of the beginning of the text."""

    text: str
    is_cut: bool


class Translations:
    """Translates within the budget of look-ups. Each call is booked at its price before it is made."""

    def __init__(self, translator: Translator, spend: SpendStore) -> None:
        self._translator = translator
        self._spend = spend

    def translate(self, text: str, source: str, target: str, now: datetime) -> Translation:
        """The beginning of the text, as much as one call takes. Raises NotTranslated."""
        part, price = cut(text, MOST_BYTES), price_of(text)
        meter = SpendMeter(self._spend, lambda: now, Purpose.LOOK_UPS)
        try:
            meter.reserve(price)
        except OverBudget:
            raise NotTranslated(TranslationProblem.OVER_BUDGET) from None
        except NotReached:
            raise NotTranslated(TranslationProblem.UNAVAILABLE) from None
        is_billed = True
        try:
            return Translation(self._translator.translate(part, source, target), is_cut=part != text)
        except NotTranslated as exc:
            is_billed = exc.is_billed
            raise
        finally:
            if is_billed:
                meter.count(price)
            meter.settle()
