"""The reader of the desk: trained heads decide, rules for what must not be missed stand above them.

Signs and words of the rules give the reasons where they agree with the heads; where a brand's departments were not
trained yet, its words and examples in desk.yaml tell them apart.
"""

from collections.abc import Sequence

from desk.addresses import unaddressed
from desk.brand import Brand
from desk.mention import Mention
from desk.reader.agreement import TO_REVIEW, need_of
from desk.reader.grams import buckets
from desk.reader.language import language_of
from desk.reader.trained import Guess, Trained, load_trained
from desk.reader.words_reader import RUMORS, BySigns, WordsReader, quoted, read_part
from desk.reading import ANSWERED, NOBODYS, OPERATOR, Kind, Need, Reading, Urgency, Why

_RATHER = 0.5
"""What is rather urgent than not is heard whatever it looks like."""
_ALARMING = 0.1
"""So likely urgent that somebody is woken: of texts left out of training that asked for something, 85 % of the urgent
ones and 7 % of the others; with the limit of what is `high` it would be 95 % and 21 %."""
_NO_REASON = Why("no_sign")


class TrainedReader:
    """Reads by the heads beside it and by desk.yaml. Pure: the same mention always has the same reading."""

    def __init__(self, brand: Brand, trained: Trained | None = None) -> None:
        self._words = WordsReader(brand)
        self._trained = trained or load_trained(brand.departments)

    def read(self, mention: Mention) -> Reading:
        """Kind, need, department, urgency and why; what is uncertain has the department `operator`."""
        text = read_part(mention.post.text)
        found = buckets(text)
        if self._words.without_words(text, mention) or not found:
            return self._words.read(mention)
        by_signs = self._words.by_signs(text)
        urgent = self._trained.urgency(found)
        guess = self._trained.kind(found, heard=_is_heard(by_signs, urgent))
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
        wakes = urgency is Urgency.HIGH and (by_signs.urgency is Urgency.HIGH or urgent > _ALARMING)
        return Reading(kind, need, department, urgency, lang, confidence, whys, terms, wakes, to_review=to_review)

    def _is_nobodys(self, confidence: float, text: str) -> bool:
        """Whether chat or junk is sure enough; the text is searched for words only where they make the difference."""
        if self._trained.is_nobodys(confidence, own_words=True):
            return True
        return self._trained.is_nobodys(confidence, own_words=False) and not self._words.has_own_word(text)

    def is_routed(self, mention: Mention) -> bool:
        """See PollReader. Only of what looks like nobody's are signs asked whether it is urgent all the same."""
        text = read_part(mention.post.text)
        found = buckets(text)
        if self._words.without_words(text, mention) or not found:
            return self._words.is_routed(mention)
        guess = self._trained.kind(found, heard=False)
        if guess.name not in NOBODYS or not self._is_nobodys(guess.confidence, text):
            return True
        return _is_heard(self._words.by_signs(text), self._trained.urgency(found))

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
        guess = self._trained.department(found)
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
        return self._trained.department(buckets(f"{text} {read_part(parent.text)}")) if parent else None


def _is_heard(by_signs: BySigns, urgent: float) -> bool:
    """Whether it is so urgent, by rule or by its head, that it is heard whatever it looks like."""
    return by_signs.urgency is Urgency.HIGH or urgent > _RATHER
