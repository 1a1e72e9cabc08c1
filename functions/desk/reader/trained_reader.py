"""The reader of the desk: decides kind, need, department and urgency of a mention.

Danger comes first, then the trained heads decide; rules for urgency override them. What is to be checked is read like
other texts, but always as something that somebody answers. Signs and words of desk.yaml give the reasons where the
heads lean on them. Where the brand's departments were not trained yet, its words and examples
in desk.yaml decide the department.
"""

from collections.abc import Sequence

from desk.brand import Brand
from desk.mentions.model import Mention
from desk.reader.features import buckets, urgency_buckets
from desk.reader.heads import Guess, Trained, load_trained
from desk.reader.language import language_of
from desk.reader.phrases import speaks_of_self_harm
from desk.reader.reasons import HeadDecision
from desk.reader.words_reader import RUMORS, BySigns, WordsReader, quoted, readable_part
from desk.reading import (
    ANSWERED,
    OPERATOR,
    REVIEW,
    SAFETY_REASONS,
    UNROUTED_KINDS,
    Kind,
    Need,
    Reading,
    Safety,
    Urgency,
    Why,
    need_of,
)
from desk.text import unaddressed

_NO_REASON = Why("no_sign")


class TrainedReader:
    """Reads mentions by the trained heads and desk.yaml. Pure: the same mention always has the same reading."""

    def __init__(self, brand: Brand, trained: Trained | None = None) -> None:
        self._words = WordsReader(brand)
        self._trained = trained or load_trained(brand.departments)

    def read(self, mention: Mention) -> Reading:
        """See Reader."""
        text = readable_part(mention.post.text)
        features = buckets(text)
        urgency_features = urgency_buckets(text, features)
        is_self_harm = speaks_of_self_harm(text)
        safety = self._safety(urgency_features, is_self_harm=is_self_harm) if features else None
        if safety is Safety.DANGER:
            return self._in_danger(text, features, mention, is_self_harm=is_self_harm)
        if safety is None and (self._words.without_words(text, mention) or not features):
            return self._words.read(mention)
        by_signs = self._words.by_signs(text)
        urgent_probability = self._trained.urgency(urgency_features)
        has_urgent_sign = by_signs.urgency is Urgency.HIGH
        guess = self._trained.kind(features, must_be_answered=has_urgent_sign or safety is not None)
        kind, lang = Kind(guess.name), language_of(unaddressed(text), mention.post.lang)
        why = self._kind_reason(by_signs, guess, features)
        terms = () if kind is Kind.JUNK else self._words.terms_of(text)
        if kind in UNROUTED_KINDS and self._is_unrouted(guess.confidence, text):
            whys = (why,)
            return Reading(kind, Need.RELATIONSHIP, None, Urgency.LOW, lang, guess.confidence, whys, terms)
        review = kind in UNROUTED_KINDS or guess.is_doubtful
        department, confidence, department_why = self._decide_department(guess, features, by_signs, mention)
        needs_answer = review or kind in ANSWERED
        urgency, urgency_why = self._urgency(by_signs, urgent_probability) if needs_answer else (Urgency.LOW, ())
        need = need_of(kind, own=kind is Kind.INQUIRY and self._trained.wants_support(features))
        whys = (why, *((Why(REVIEW),) if review else ()), *department_why, *quoted(text, urgency_why))
        wakes = urgency is Urgency.HIGH and (has_urgent_sign or self._trained.is_alarming(urgent_probability))
        reading = Reading(kind, need, department, urgency, lang, confidence, whys, terms, wakes, review=review)
        return reading._replace(safety=safety).handling_only()

    def is_routed(self, mention: Mention) -> bool:
        """See PollReader. Only texts that look like chat or junk are also checked for safety and urgency."""
        text = readable_part(mention.post.text)
        features = buckets(text)
        if self._words.without_words(text, mention) or not features:
            return self._words.is_routed(mention) or self._is_at_risk(text, features)
        guess = self._trained.kind(features, must_be_answered=False)
        if guess.name not in UNROUTED_KINDS or not self._is_unrouted(guess.confidence, text):
            return True
        return self._is_at_risk(text, features) or self._words.by_signs(text).urgency is Urgency.HIGH

    def _is_unrouted(self, confidence: float, text: str) -> bool:
        """Whether chat or junk is sure enough. Words are looked for only where they make the difference."""
        if self._trained.is_unrouted(confidence, own_words=True):
            return True
        return self._trained.is_unrouted(confidence, own_words=False) and not self._words.has_own_word(text)

    def _is_at_risk(self, text: str, features: Sequence[int]) -> bool:
        if not features:
            return False
        return speaks_of_self_harm(text) or self._trained.safety(urgency_buckets(text, features)) is not None

    def _safety(self, urgency_features: Sequence[int], *, is_self_harm: bool) -> Safety | None:
        return Safety.DANGER if is_self_harm else self._trained.safety(urgency_features)

    def _in_danger(self, text: str, features: Sequence[int], mention: Mention, *, is_self_harm: bool) -> Reading:
        """The reading of a text in danger: urgent, of a kind that is answered, without the text's words."""
        guess = self._trained.kind(features, must_be_answered=True)
        kind, department, confidence = Kind.INQUIRY, OPERATOR, 0.0
        if not is_self_harm:
            kind = Kind(guess.name)
            by_signs = self._words.by_signs(text)
            department, confidence, _ = self._decide_department(guess, features, by_signs, mention)
        return Reading(
            kind,
            need_of(kind, own=True),
            department,
            Urgency.HIGH,
            language_of(unaddressed(text), mention.post.lang),
            confidence,
            (SAFETY_REASONS[Safety.DANGER],),
            wakes=True,
            safety=Safety.DANGER,
        )

    def _urgency(self, by_signs: BySigns, urgent_probability: float) -> tuple[Urgency, tuple[Why, ...]]:
        if by_signs.urgency is Urgency.HIGH:
            return Urgency.HIGH, by_signs.hurry
        return (
            (Urgency.HIGH, (Why("like_urgent"),))
            if self._trained.is_urgent(urgent_probability)
            else (Urgency.NORMAL, ())
        )

    def _decide_department(
        self, kind: Guess, features: Sequence[int], by_signs: BySigns, mention: Mention
    ) -> tuple[str, float, tuple[Why, ...]]:
        """Decide the department; returns it with the confidence and the reasons.

        Rumours have a fixed department, so that the confidence is that of the kind. What may be chat or junk goes to
        the operator for review. Else the brand's head decides; where that is not sure enough, with the post replied to
        as context; where that is not sure enough either, the operator gets it.
        """
        if kind.name == Kind.RUMOR:
            return self._words.rumors_go_to, kind.confidence, RUMORS
        if kind.name in UNROUTED_KINDS:
            return OPERATOR, 1 - kind.confidence, ()
        guess = self._trained.department(features, self._words.claims_of(by_signs))
        if guess is None:
            return self._words.department_of(by_signs, mention)
        if self._trained.is_sure(guess.confidence):
            return guess.name, guess.confidence, self._department_reason(by_signs, guess, features)
        in_context = self._with_parent(by_signs.text, mention)
        if in_context and self._trained.is_sure(in_context.confidence):
            return in_context.name, in_context.confidence, (Why("context"),)
        return OPERATOR, guess.confidence, (Why("uncertain"),)

    def _kind_reason(self, by_signs: BySigns, guess: Guess, features: Sequence[int]) -> Why:
        """The sign that says the same as the head, if the head leans on it, as the text spells it."""
        (why,) = quoted(by_signs.text, (by_signs.why,))
        if by_signs.kind == guess.name and why != _NO_REASON:
            decision = HeadDecision(self._trained.kind_head, guess, len(features))
            if not why.evidence or decision.leans_on(by_signs.text, why.evidence):
                return why
        return Why(f"like_{guess.name}")

    def _department_reason(self, by_signs: BySigns, guess: Guess, features: Sequence[int]) -> tuple[Why, ...]:
        """The department's own word, or else any word of the text, if the head leans on it."""
        if guess.name == OPERATOR:
            return ()
        decision = HeadDecision(self._trained.department_head, guess, len(features))
        own, weight = self._words.word_for(by_signs, guess.name)
        if own and decision.leans_on(by_signs.text, own, self._trained.vote_of(weight)):
            return (Why("department_word", own),)
        word = decision.telling_word(by_signs.text)
        return (Why("department_word", word) if word else Why("department_like"),)

    def _with_parent(self, text: str, mention: Mention) -> Guess | None:
        parent = mention.parent.post if mention.parent else None
        if not parent:
            return None
        both = f"{text} {readable_part(parent.text)}"
        return self._trained.department(buckets(both), self._words.claims_of(self._words.by_signs(both)))
