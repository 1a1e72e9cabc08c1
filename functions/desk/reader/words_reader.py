"""The reader that knows only words: those of desk.yaml and the turns of phrase in the data files beside this one."""

import re
import unicodedata
from copy import replace

from desk.brand import Brand
from desk.mention import Mention
from desk.reader.departments import Claim, Departments
from desk.reader.kinds import DECISIVE, Clues, kind_of
from desk.reader.language import language_of
from desk.reader.signs import NOTHING, Found, find_signs, load_signs, spoken
from desk.reader.terms import Terms
from desk.reader.urgency import urgency_of
from desk.reading import OPERATOR, Kind, Need, Reading, Urgency, Why

_READ_CHARACTERS = 1_000
"""How much of a long post is read: who wants something says so early."""
_SHORT_LETTERS = 12
"""Below this many letters beside a picture, the picture is the message."""
_CLEAR_LIKENESS = 0.7
_CLEAR_MARGIN = 0.1
"""How strong a claim must be that rests on likeness alone, and how far any claim must be ahead of the next one."""
_PARENT_SHARE = 0.5
"""What a department's claim on the post replied to is worth."""
_PRESS = "pr"
"""The department that answers rumours, where the brand has it."""

_HANDLE = re.compile(r"@\w+")
_LINK_OR_HANDLE = re.compile(r"https?://\S+|@\w+")


class WordsReader:
    """Reads by words and plain rules. Pure: the same mention always has the same reading."""

    def __init__(self, brand: Brand) -> None:
        self._signs = load_signs()
        self._departments = Departments(brand)
        self._terms = Terms((brand.name_ko, brand.name_en, brand.handle))
        self._rumors_go_to = _PRESS if _PRESS in brand.departments else OPERATOR

    def read(self, mention: Mention) -> Reading:
        """Kind, need, department, urgency and why; what is uncertain has the department `operator`."""
        text = unicodedata.normalize("NFC", mention.post.text[:_READ_CHARACTERS])
        reading = self._understood(text, mention)
        return reading if reading.kind is Kind.JUNK else replace(reading, terms=self._terms.of(text))

    def _understood(self, text: str, mention: Mention) -> Reading:
        words = _LINK_OR_HANDLE.sub(" ", text)
        lang = language_of(words, mention.post.lang)
        letters = sum(character.isalnum() for character in words)
        said = spoken(text)
        found = find_signs(self._signs, said)
        if mention.post.media and letters < _SHORT_LETTERS:
            urgency, hurry = urgency_of(Kind.INQUIRY, found, understood=False)
            return Reading(Kind.INQUIRY, Need.SUPPORT, OPERATOR, urgency, lang, 0.0, (Why("picture"), *hurry))
        if not letters:
            return _wordless(words, lang)
        claims = self._departments.claims(said)
        clues = Clues(found, about_us=any(claim.word for claim in claims), handles=len(_HANDLE.findall(text)))
        kind, confidence, why = kind_of(clues)
        if kind in (Kind.CHAT, Kind.JUNK):
            return Reading(kind, Need.RELATIONSHIP, None, Urgency.LOW, lang, confidence, (why,))
        department, whose = (self._rumors_go_to, ()) if kind is Kind.RUMOR else self._department(claims, mention)
        urgency, hurry = urgency_of(kind, found, understood=why.rule != "no_sign")
        sureness = confidence / 2 if department == OPERATOR else confidence
        return Reading(kind, _need(kind, found), department, urgency, lang, sureness, (why, *whose, *hurry))

    def _department(self, claims: list[Claim], mention: Mention) -> tuple[str, tuple[Why, ...]]:
        if _is_clear(claims):
            best = claims[0]
            return best.department, (Why("department_word", best.word) if best.word else Why("department_like"),)
        parent = mention.parent.post if mention.parent else None
        if parent:
            around = {
                c.department: c.strength for c in self._departments.claims(spoken(parent.text[:_READ_CHARACTERS]))
            }
            joined = [Claim(c.department, c.strength + _PARENT_SHARE * around[c.department], "") for c in claims]
            joined.sort(key=lambda claim: -claim.strength)
            if _is_clear(joined):
                return joined[0].department, (Why("context"),)
        return OPERATOR, (Why("uncertain"),)


def _is_clear(claims: list[Claim]) -> bool:
    best, *others = claims
    second = others[0].strength if others else 0.0
    return (bool(best.word) or best.strength >= _CLEAR_LIKENESS) and best.strength - second >= _CLEAR_MARGIN


def _wordless(words: str, lang: str) -> Reading:
    """Emoji are a greeting; points and dashes, or nothing at all, are nothing."""
    emoji = any(unicodedata.category(character) == "So" for character in words)
    kind, why = (Kind.CHAT, Why("emoji")) if emoji else (Kind.JUNK, Why("empty"))
    return Reading(kind, Need.RELATIONSHIP, None, Urgency.LOW, lang, 0.9, (why,))


def _need(kind: Kind, found: dict[str, Found]) -> Need:
    if kind is Kind.FEEDBACK:
        return Need.RELATIONSHIP
    own = found.get("own_case", NOTHING).weight >= DECISIVE
    return Need.SUPPORT if kind is Kind.FAULT or (kind is Kind.INQUIRY and own) else Need.INFORMATION
