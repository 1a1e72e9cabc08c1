"""Cases as callers see them: other people's private numbers are masked in whatever somebody wrote."""

from collections.abc import Iterable

from desk.brand import Brand
from desk.case import Case, Draft
from desk.case_event import CaseEvent
from desk.catalogue.reasons import reason
from desk.fitting import mended
from desk.links import X_SITE, post_link
from desk.mention import Parent
from desk.ports.cases import CaseFile, CaseMention
from desk.private_numbers import masked
from desk.reading import Reading
from desk.x_post import Author, Media, XPost
from post_update.door.case_shapes import (
    AuthorAnswer,
    CaseAnswer,
    CaseListAnswer,
    CaseSummary,
    DraftAnswer,
    EarlierCaseAnswer,
    EventAnswer,
    MediaAnswer,
    MentionAnswer,
    PostOnX,
    ReadingAnswer,
    WhyAnswer,
)


def case_list(cases: Iterable[Case], next_cursor: str | None) -> CaseListAnswer:
    """The cases as callers see them."""
    return CaseListAnswer(cases=[case_summary(case) for case in cases], next_cursor=next_cursor)


def case_answer(file: CaseFile, brand: Brand) -> CaseAnswer:
    """The case with all that belongs to it as callers see it; no link by which people answer is in it."""
    return CaseAnswer(
        case=case_summary(file.case),
        draft=_draft(file.case.draft) if file.case.draft else None,
        mentions=[_mention(one, brand) for one in file.mentions],
        events=[_event(event) for event in file.events],
        earlier=[EarlierCaseAnswer(**each._asdict()) for each in file.earlier],
    )


def case_summary(case: Case) -> CaseSummary:
    """The case as callers see it in a list."""
    plain = {name: value for name, value in case._asdict().items() if name in CaseSummary.model_fields}
    holder = _shown(case.holder) if case.holder is not None else None
    return CaseSummary(**(plain | {"author": _author(case.author), "holder": holder}))


def _draft(draft: Draft) -> DraftAnswer:
    return DraftAnswer(**(draft._asdict() | {"text": _shown(draft.text), "by": _shown(draft.by)}))


def _mention(one: CaseMention, brand: Brand) -> MentionAnswer:
    mention, post = one.mention, one.mention.post
    return MentionAnswer(
        **_post(post).model_dump(),
        received_at=mention.received_at,
        lang=post.lang,
        author=_author(post.author),
        media=[_media(each) for each in post.media],
        edited=mention.is_edit,
        parent=_parent(mention.parent) if mention.parent else None,
        reading=_reading(one.reading, brand) if one.reading else None,
    )


def _parent(parent: Parent) -> PostOnX:
    return _post(parent.post) if parent.post else PostOnX(id=parent.id, url=post_link(parent.id, X_SITE), text=None)


def _post(post: XPost) -> PostOnX:
    return PostOnX(
        id=post.id,
        url=post_link(post.id, X_SITE),
        author_id=post.author_id,
        created_at=post.created_at,
        text=_shown(post.text),
    )


def _author(author: Author | None) -> AuthorAnswer | None:
    return AuthorAnswer(id=author.id, username=mended(author.username), name=_shown(author.name)) if author else None


def _media(media: Media) -> MediaAnswer:
    alt_text = _shown(media.alt_text) if media.alt_text is not None else None
    return MediaAnswer(type=media.type, alt_text=alt_text, url=media.url)


def _reading(reading: Reading, brand: Brand) -> ReadingAnswer:
    why = [
        WhyAnswer(rule=one.rule, evidence=_shown(one.evidence), text=_shown(reason(one, reading, brand)))
        for one in reading.why
    ]
    plain = {name: value for name, value in reading._asdict().items() if name in ReadingAnswer.model_fields}
    return ReadingAnswer(**(plain | {"confidence": round(reading.confidence, 3), "why": why}))


def _event(event: CaseEvent) -> EventAnswer:
    plain = {name: value for name, value in event._asdict().items() if name in EventAnswer.model_fields}
    return EventAnswer(**(plain | {"text": _shown(event.text), "by": _shown(event.by)}))


def _shown(text: str) -> str:
    return masked(mended(text))
