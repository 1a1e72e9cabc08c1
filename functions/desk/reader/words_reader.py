"""The reader that knows only words: those of desk.yaml and the turns of phrase in the data files beside this one."""

import unicodedata
from collections.abc import Iterable
from copy import replace

from desk.addresses import HANDLE, unaddressed
from desk.brand import Brand
from desk.mention import Mention
from desk.reader.agreement import need_of
from desk.reader.departments import Claim, Departments
from desk.reader.kinds import DECISIVE, Clues, kind_of
from desk.reader.language import language_of
from desk.reader.signs import as_written, find_signs, load_signs, spoken
from desk.reader.terms import Terms
from desk.reader.urgency import urgency_of
from desk.reading import NOBODYS, OPERATOR, Kind, Need, Reading, Urgency, Why

_READ_CHARACTERS = 1_000
"""How much of a long post is read: who wants something says so early."""
RUMORS = (Why("rumors"),)
"""Why a rumour goes where it goes."""
_SHORT_LETTERS = 12
"""Below this many letters beside a picture, the picture is the message."""
_CLEAR_LIKENESS = 0.7
_CLEAR_MARGIN = 0.1
"""How strong a claim must be that rests on likeness alone, and how far any claim must be ahead of the next one."""
_PARENT_SHARE = 0.5
"""What a department's claim on the post replied to is worth."""
_RIGHT = {"department_word": 0.6, "department_like": 0.3, "context": 0.3, "uncertain": 0.0}
"""How often a department is right by what told it: so it is with the shipped desk.yaml on the corpus."""
_PRESS = "pr"
"""The department that answers rumours, where the brand has it."""


class WordsReader:
    """Reads by words and plain rules. Pure: the same mention always has the same reading."""

    def __init__(self, brand: Brand) -> None:
        self._signs = load_signs()
        self._departments = Departments(brand)
        self._terms = Terms((brand.name_ko, brand.name_en, brand.handle))
        self.rumors_go_to = _PRESS if _PRESS in brand.departments else OPERATOR

    def read(self, mention: Mention) -> Reading:
        """Kind, need, department, urgency and why; what is uncertain has the department `operator`."""
        text = read_part(mention.post.text)
        reading = self._understood(text, mention)
        terms = () if reading.kind is Kind.JUNK else self._terms.of(text)
        return replace(reading, why=_quoted(text, reading.why), terms=terms)

    def department_of(self, text: str, mention: Mention) -> tuple[str, float, tuple[Why, ...]]:
        """Whose matter the text is by words and likeness, how sure that is, and why; the operator's when unclear."""
        department, why = self._department(self._departments.claims(spoken(text)), mention)
        return department, _RIGHT[why[0].rule], _quoted(text, why)

    def word_for(self, text: str, department: str) -> str:
        """The department's weightiest word of desk.yaml in the text, as written there; "" when it bears none."""
        claims = self._departments.claims(spoken(text))
        return as_written(text, next((claim.word for claim in claims if claim.department == department), ""))

    def terms_of(self, text: str) -> tuple[str, ...]:
        """The words that carry the text's matter."""
        return self._terms.of(text)

    def _understood(self, text: str, mention: Mention) -> Reading:
        words = unaddressed(text)
        lang = language_of(words, mention.post.lang)
        letters = sum(character.isalnum() for character in words)
        said = spoken(text)
        found = find_signs(self._signs, said)
        if mention.post.media and letters < _SHORT_LETTERS:
            urgency, hurry = urgency_of(Kind.INQUIRY, found, understood=False)
            whys = (Why("picture"), *hurry)
            return Reading(Kind.INQUIRY, Need.SUPPORT, OPERATOR, urgency, lang, 0.0, whys, wakes=bool(hurry))
        if not letters:
            return _wordless(words, lang)
        claims = self._departments.claims(said)
        clues = Clues(found, about_us=any(claim.word for claim in claims), handles=len(HANDLE.findall(text)))
        kind, confidence, why = kind_of(clues)
        if kind in NOBODYS:
            return Reading(kind, Need.RELATIONSHIP, None, Urgency.LOW, lang, confidence, (why,))
        department, whose = (self.rumors_go_to, RUMORS) if kind is Kind.RUMOR else self._department(claims, mention)
        need = need_of(kind, own=clues.weight("own_case") >= DECISIVE)
        urgency, hurry = urgency_of(kind, found, understood=why.rule != "no_sign")
        sureness = confidence / 2 if department == OPERATOR else confidence
        return Reading(kind, need, department, urgency, lang, sureness, (why, *whose, *hurry), wakes=bool(hurry))

    def _department(self, claims: list[Claim], mention: Mention) -> tuple[str, tuple[Why, ...]]:
        if _is_clear(claims):
            best = claims[0]
            return best.department, (Why("department_word", best.word) if best.word else Why("department_like"),)
        parent = mention.parent.post if mention.parent else None
        if parent:
            around = {c.department: c.strength for c in self._departments.claims(spoken(read_part(parent.text)))}
            joined = [Claim(c.department, c.strength + _PARENT_SHARE * around[c.department], "") for c in claims]
            joined.sort(key=lambda claim: -claim.strength)
            if _is_clear(joined):
                return joined[0].department, (Why("context"),)
        return OPERATOR, (Why("uncertain"),)


def read_part(text: str) -> str:
    """What is read of a post: its beginning, with letters whole."""
    return unicodedata.normalize("NFC", text[:_READ_CHARACTERS])


def _quoted(text: str, whys: Iterable[Why]) -> tuple[Why, ...]:
    return tuple(replace(why, evidence=as_written(text, why.evidence)) for why in whys)


def _is_clear(claims: list[Claim]) -> bool:
    best, *others = claims
    second = others[0].strength if others else 0.0
    return (bool(best.word) or best.strength >= _CLEAR_LIKENESS) and best.strength - second >= _CLEAR_MARGIN


def _wordless(words: str, lang: str) -> Reading:
    """Emoji are a greeting; points and dashes, or nothing at all, are nothing."""
    emoji = any(unicodedata.category(character) == "So" for character in words)
    kind, why = (Kind.CHAT, Why("emoji")) if emoji else (Kind.JUNK, Why("empty"))
    return Reading(kind, Need.RELATIONSHIP, None, Urgency.LOW, lang, 0.9, (why,))
