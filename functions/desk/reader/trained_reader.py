"""The reader of the desk: danger first, then trained heads decide; rules for what is urgent stand above them.

Signs and words of the rules give the reasons where they agree with the heads; where a brand's departments were not
trained yet, its words and examples in desk.yaml tell them apart.
"""

from collections.abc import Sequence

from desk.brand import Brand
from desk.mentions.model import Mention
from desk.reader.features import buckets, urgency_buckets
from desk.reader.heads import Guess, Trained, load_trained
from desk.reader.language import language_of
from desk.reader.phrases import speaks_of_self_harm
from desk.reader.words_reader import RUMORS, BySigns, WordsReader, quoted, read_part
from desk.reading import ANSWERED, NOBODYS, OPERATOR, TO_REVIEW, Kind, Need, Reading, Urgency, Why, need_of
from desk.text import unaddressed

_NO_REASON = Why("no_sign")


class TrainedReader:
    """Reads by the heads beside it and by desk.yaml. Pure: the same mention always has the same reading."""

    def __init__(self, brand: Brand, trained: Trained | None = None) -> None:
        self._words = WordsReader(brand)
        self._trained = trained or load_trained(brand.departments)

    def read(self, mention: Mention) -> Reading:
        """Danger first; else kind, need, department, urgency and why. What is uncertain is the `operator`'s."""
        text = read_part(mention.post.text)
        found = buckets(text)
        seen = urgency_buckets(text, found)
        harms_self = speaks_of_self_harm(text)
        if found and (harms_self or self._trained.is_danger(seen)):
            return self._in_danger(text, found, mention, harms_self=harms_self)
        if self._words.without_words(text, mention) or not found:
            return self._words.read(mention)
        by_signs = self._words.by_signs(text)
        urgent = self._trained.urgency(seen)
        named = by_signs.urgency is Urgency.HIGH
        guess = self._trained.kind(found, heard=named)
        kind, lang = Kind(guess.name), language_of(unaddressed(text), mention.post.lang)
        why = by_signs.why if by_signs.kind is kind and by_signs.why != _NO_REASON else Why(f"like_{kind}")
        terms = () if kind is Kind.JUNK else self._words.terms_of(text)
        if kind in NOBODYS and self._is_nobodys(guess.confidence, text):
            whys = quoted(text, (why,))
            return Reading(kind, Need.RELATIONSHIP, None, Urgency.LOW, lang, guess.confidence, whys, terms)
        to_review = kind in NOBODYS
        if to_review:
            kind, why = Kind.INQUIRY, Why(TO_REVIEW)
        department, confidence, whose = self._department(guess, found, by_signs, mention)
        urgency, hurry = self._urgency(kind, by_signs, urgent)
        need = need_of(kind, own=kind is Kind.INQUIRY and self._trained.wants_support(found))
        whys = (*quoted(text, (why,)), *whose, *quoted(text, hurry))
        wakes = urgency is Urgency.HIGH and (named or self._trained.is_alarming(urgent))
        return Reading(kind, need, department, urgency, lang, confidence, whys, terms, wakes, to_review=to_review)

    def is_routed(self, mention: Mention) -> bool:
        """See PollReader. Only what looks like nobody's is asked whether it is dangerous or urgent all the same."""
        text = read_part(mention.post.text)
        found = buckets(text)
        if self._words.without_words(text, mention) or not found:
            return self._words.is_routed(mention) or self._is_danger(text, found)
        guess = self._trained.kind(found, heard=False)
        if guess.name not in NOBODYS or not self._is_nobodys(guess.confidence, text):
            return True
        return self._is_danger(text, found) or self._words.by_signs(text).urgency is Urgency.HIGH

    def _is_nobodys(self, confidence: float, text: str) -> bool:
        """Whether chat or junk is sure enough; the text is searched for words only where they make the difference."""
        if self._trained.is_nobodys(confidence, own_words=True):
            return True
        return self._trained.is_nobodys(confidence, own_words=False) and not self._words.has_own_word(text)

    def _is_danger(self, text: str, found: Sequence[int]) -> bool:
        if not found:
            return False
        return speaks_of_self_harm(text) or self._trained.is_danger(urgency_buckets(text, found))

    def _in_danger(self, text: str, found: Sequence[int], mention: Mention, *, harms_self: bool) -> Reading:
        """Somebody answers at once, whatever the text looks like. Nothing of what it says is kept."""
        guess = self._trained.kind(found, heard=True)
        kind, department, confidence = Kind.INQUIRY, OPERATOR, 0.0
        if not harms_self:
            kind = Kind(guess.name)
            department, confidence, _ = self._department(guess, found, self._words.by_signs(text), mention)
        return Reading(
            kind,
            need_of(kind, own=True),
            department,
            Urgency.HIGH,
            language_of(unaddressed(text), mention.post.lang),
            confidence,
            (Why("danger"),),
            wakes=True,
            danger=True,
        )

    def _urgency(self, kind: Kind, by_signs: BySigns, urgent: float) -> tuple[Urgency, tuple[Why, ...]]:
        if kind not in ANSWERED:
            return Urgency.LOW, ()
        if by_signs.urgency is Urgency.HIGH:
            return Urgency.HIGH, by_signs.hurry
        return (Urgency.HIGH, (Why("like_urgent"),)) if self._trained.is_urgent(urgent) else (Urgency.NORMAL, ())

    def _department(
        self, kind: Guess, found: Sequence[int], by_signs: BySigns, mention: Mention
    ) -> tuple[str, float, tuple[Why, ...]]:
        """Whose matter it is, how sure that is, and why; the operator's when it is not sure enough.

        Where a rumour goes is no question, so that it is right there as surely as it is a rumour. What may be nobody's
        is the operator's to review, and as surely somebody's as it is neither chat nor junk.
        """
        if kind.name == Kind.RUMOR:
            return self._words.rumors_go_to, kind.confidence, RUMORS
        if kind.name in NOBODYS:
            return OPERATOR, 1 - kind.confidence, ()
        guess = self._trained.department(found, self._words.claims_of(by_signs))
        if guess is None:
            return self._words.department_of(by_signs, mention)
        if self._trained.is_sure(guess.confidence):
            return guess.name, guess.confidence, self._whose(by_signs, guess)
        around = self._with_parent(by_signs.text, mention)
        if around and self._trained.is_sure(around.confidence):
            return around.name, around.confidence, (Why("context"),)
        return OPERATOR, guess.confidence, (Why("uncertain"),)

    def _whose(self, by_signs: BySigns, guess: Guess) -> tuple[Why, ...]:
        """The brand's own word for the department where the text bears one, else the word that spoke most for it."""
        if guess.name == OPERATOR:
            return ()
        own = self._words.word_for(by_signs, guess.name)
        word = own or self._trained.telling_word(by_signs.text, guess.name)
        return (Why("department_word", word) if word else Why("department_like"),)

    def _with_parent(self, text: str, mention: Mention) -> Guess | None:
        parent = mention.parent.post if mention.parent else None
        if not parent:
            return None
        both = f"{text} {read_part(parent.text)}"
        return self._trained.department(buckets(both), self._words.claims_of(self._words.by_signs(both)))
