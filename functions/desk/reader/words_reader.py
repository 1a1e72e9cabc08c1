"""The reader that knows only words: those of desk.yaml and the turns of phrase in the data files beside this one."""

import unicodedata
from collections.abc import Iterable
from copy import replace
from functools import cached_property
from typing import NamedTuple

from desk.brand import Brand
from desk.mentions.model import Mention
from desk.reader.agreement import need_of
from desk.reader.departments import Claim, Departments
from desk.reader.kinds import DECISIVE, Clues, kind_of, urgency_of
from desk.reader.language import language_of
from desk.reader.signs import WordIndex, as_written, find_signs, load_signs, spoken
from desk.reader.terms import Terms
from desk.reading import NOBODYS, OPERATOR, Kind, Need, Reading, Urgency, Why
from desk.text import HANDLE, unaddressed

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


class BySigns(NamedTuple):
    """What a text's signs tell by plain rules, apart from whose matter it is.

    `found` are the signs' and the departments' words that the text has; `hurry` are the reasons for its urgency. The
    evidence of reasons is spelt as in the `spoken` text.
    """

    text: str
    spoken: str
    found: list[str]
    clues: Clues
    kind: Kind
    confidence: float
    why: Why
    urgency: Urgency
    hurry: tuple[Why, ...]


class WordsReader:
    """Reads by words and plain rules. Pure: the same mention always has the same reading."""

    def __init__(self, brand: Brand) -> None:
        self._signs = load_signs()
        self._departments = Departments(brand)
        names = (brand.name_ko, brand.name_en, brand.handle)
        self._names = names
        self._terms = Terms(names)
        self.rumors_go_to = _PRESS if _PRESS in brand.departments else OPERATOR

    def read(self, mention: Mention) -> Reading:
        """Kind, need, department, urgency and why; what is uncertain has the department `operator`."""
        text = read_part(mention.post.text)
        reading = self.without_words(text, mention) or self._understood(self.by_signs(text), mention)
        terms = () if reading.kind is Kind.JUNK else self._terms.of(text)
        return replace(reading, why=quoted(text, reading.why), terms=terms)

    def is_routed(self, mention: Mention) -> bool:
        """See PollReader."""
        return self.read(mention).is_published

    def without_words(self, text: str, mention: Mention) -> Reading | None:
        """The reading where there is hardly a text: a picture, emoji, nothing at all. None for everything else."""
        words = unaddressed(text)
        letters = sum(map(str.isalnum, words))
        if letters >= _SHORT_LETTERS or (letters and not mention.post.media):
            return None
        lang = language_of(words, mention.post.lang)
        if not mention.post.media:
            return _wordless(words, lang)
        return Reading(Kind.INQUIRY, Need.SUPPORT, OPERATOR, Urgency.NORMAL, lang, 0.0, (Why("picture"),))

    def by_signs(self, text: str) -> BySigns:
        """What the text's signs tell."""
        said = spoken(text)
        found = self._index.found_in(said)
        signs = find_signs(self._signs, said, found)
        clues = Clues(signs, about_us=self._departments.are_named(found), handles=len(HANDLE.findall(text)))
        kind, confidence, why = kind_of(clues)
        is_nobodys, is_understood = kind in NOBODYS, why.rule != "no_sign"
        urgency, hurry = (Urgency.LOW, ()) if is_nobodys else urgency_of(kind, signs, understood=is_understood)
        return BySigns(text, said, found, clues, kind, confidence, why, urgency, hurry)

    def department_of(self, by_signs: BySigns, mention: Mention) -> tuple[str, float, tuple[Why, ...]]:
        """Whose matter the text is by words and likeness, how sure that is, and why; the operator's when unclear."""
        department, why = self._department(by_signs, mention)
        return department, _RIGHT[why[0].rule], quoted(by_signs.text, why)

    def claims_of(self, by_signs: BySigns) -> dict[str, float]:
        """How strongly each department claims the text, by its words and by likeness to its examples."""
        claims = self._departments.claims(by_signs.spoken, by_signs.found)
        return {claim.department: claim.strength for claim in claims}

    def word_for(self, by_signs: BySigns, department: str) -> str:
        """The department's weightiest word of desk.yaml in the text, as written there; "" when it bears none."""
        return as_written(by_signs.text, self._departments.word_for(department, by_signs.found))

    def has_own_word(self, text: str) -> bool:
        """Whether the text bears a word of any department beside the brand's name, its handle and greetings."""
        said = spoken(text)
        for aside in self._not_own:
            said = said.replace(aside, " ")
        return self._departments.are_named(self._index.found_in(said))

    def terms_of(self, text: str) -> tuple[str, ...]:
        """The words that carry the text's matter."""
        return self._terms.of(text)

    @cached_property
    def _not_own(self) -> tuple[str, ...]:
        """The brand's names and greetings: they make no text the brand's matter."""
        return (*(spoken(name).strip() for name in self._names), *self._signs.words_of("social"))

    @cached_property
    def _index(self) -> WordIndex:
        """Made with the first text: many a process starts and reads none."""
        return WordIndex((*self._signs.words, *self._departments.words))

    def _understood(self, by_signs: BySigns, mention: Mention) -> Reading:
        kind, confidence, why = by_signs.kind, by_signs.confidence, by_signs.why
        lang = language_of(unaddressed(by_signs.text), mention.post.lang)
        if kind in NOBODYS:
            return Reading(kind, Need.RELATIONSHIP, None, Urgency.LOW, lang, confidence, (why,))
        of_rumor = (self.rumors_go_to, RUMORS)
        department, whose = of_rumor if kind is Kind.RUMOR else self._department(by_signs, mention)
        need = need_of(kind, own=by_signs.clues.weight("own_case") >= DECISIVE)
        sureness, hurry = confidence / 2 if department == OPERATOR else confidence, by_signs.hurry
        whys = (why, *whose, *hurry)
        return Reading(kind, need, department, by_signs.urgency, lang, sureness, whys, wakes=bool(hurry))

    def _department(self, by_signs: BySigns, mention: Mention) -> tuple[str, tuple[Why, ...]]:
        claims = self._departments.claims(by_signs.spoken, by_signs.found)
        if _is_clear(claims):
            best = claims[0]
            return best.department, (Why("department_word", best.word) if best.word else Why("department_like"),)
        parent = mention.parent.post if mention.parent else None
        if parent:
            said = spoken(read_part(parent.text))
            around = {c.department: c.strength for c in self._departments.claims(said, self._index.found_in(said))}
            joined = [Claim(c.department, c.strength + _PARENT_SHARE * around[c.department], "") for c in claims]
            joined.sort(key=lambda claim: -claim.strength)
            if _is_clear(joined):
                return joined[0].department, (Why("context"),)
        return OPERATOR, (Why("uncertain"),)


def read_part(text: str) -> str:
    """What is read of a post: its beginning, with letters whole."""
    return unicodedata.normalize("NFC", text[:_READ_CHARACTERS])


def quoted(text: str, whys: Iterable[Why]) -> tuple[Why, ...]:
    """The reasons with their evidence as the text itself spells it."""
    return tuple(Why(rule, as_written(text, evidence)) for rule, evidence in whys)


def clear_department(claims: list[Claim]) -> str:
    """The department with the strongest claim, the first of `claims`; the operator where none is clear."""
    return claims[0].department if _is_clear(claims) else OPERATOR


def _is_clear(claims: list[Claim]) -> bool:
    best, *others = claims
    second = others[0].strength if others else 0.0
    return (bool(best.word) or best.strength >= _CLEAR_LIKENESS) and best.strength - second >= _CLEAR_MARGIN


def _wordless(words: str, lang: str) -> Reading:
    """Emoji are a greeting; points and dashes, or nothing at all, are nothing."""
    emoji = any(unicodedata.category(character) == "So" for character in words)
    kind, why = (Kind.CHAT, Why("emoji")) if emoji else (Kind.JUNK, Why("empty"))
    return Reading(kind, Need.RELATIONSHIP, None, Urgency.LOW, lang, 0.9, (why,))
