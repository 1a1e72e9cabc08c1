"""The rules of the pre-send check, in the order in which their findings are shown within one severity."""

import unicodedata
from collections.abc import Callable, Collection, Iterator, Sequence
from zoneinfo import ZoneInfo

from desk.checks.dates import wrong_dates
from desk.checks.model import CheckContext, Finding, Rule, Severity
from desk.checks.promises import promise_without_time
from desk.checks.similar import ALIKE, likeness, normalised
from desk.checks.times import contradicted_time
from desk.checks.used_facts import unusable_facts_in
from desk.checks.words import FoundWord, words_in, wrong_names
from desk.fetch.model import link_detail
from desk.i18n import phrase, spoken_day, spoken_time, spoken_weekday
from desk.posts.model import WRITTEN, PostKind
from desk.posts.references import mentioned_handles, quoted_posts, strangers_among
from desk.posts.submit import SAME_TEXT_APART
from desk.private_numbers import private_numbers_in, written_numbers
from desk.text import cut, one_line
from desk.x.entities import EntityKind, entities, hashtags

_SHOWN = 60
"""Bytes of a sentence or link that a finding quotes: about twenty Korean letters."""


def findings_in(text: str, context: CheckContext) -> list[Finding]:
    """What may be wrong with the text, the gravest first."""
    found = [finding for rule in _RULES for finding in rule(text, context)]
    return sorted(found, key=lambda finding: _GRAVITY[finding.severity])


_GRAVITY = {severity: place for place, severity in enumerate(Severity)}


def hashtags_in(text: str) -> list[str]:
    """The hashtags of the text without `#`, in one case, each once."""
    return list(dict.fromkeys(name.casefold() for name in hashtags(text)))


def _private_numbers(text: str, context: CheckContext) -> Iterator[Finding]:
    if kinds := private_numbers_in(text):
        names = [phrase(context.brand.language, f"private_number.{kind}") for kind in kinds]
        found = _finding(Rule.PRIVATE_NUMBER, Severity.REFUSED, kinds=", ".join(names))
        yield found._replace(marks=written_numbers(text), fix="")


def _quotes(text: str, _: CheckContext) -> Iterator[Finding]:
    if quoted := quoted_posts(text):
        found = _finding(Rule.QUOTE, Severity.REFUSED, url=cut(quoted[0], _SHOWN))
        yield found._replace(marks=tuple(quoted), fix="")


def _mentions(text: str, context: CheckContext) -> Iterator[Finding]:
    if context.callers is None:
        return
    may_name = context.callers | {context.brand.handle.casefold()}
    if strangers := strangers_among(mentioned_handles(text), may_name):
        handles = ", ".join(f"@{handle}" for handle in strangers)
        written = _written(text, EntityKind.MENTION, {handle.casefold() for handle in strangers})
        yield _finding(Rule.MENTION, Severity.REFUSED, handles=handles)._replace(marks=written)


def _dates(text: str, context: CheckContext) -> Iterator[Finding]:
    language = context.brand.language
    publish_on = context.publish_at.astimezone(ZoneInfo(context.brand.timezone)).date()
    for each in wrong_dates(text, publish_on):
        if each.day is None or each.weekday is None:
            yield _warning(Rule.NO_SUCH_DATE, date=each.written)._replace(marks=(each.whole,))
        else:
            written, right = (spoken_weekday(day, language) for day in (each.weekday, each.day.weekday()))
            found = _warning(Rule.DATE_AND_WEEKDAY, date=each.written, written=written, right=right)
            yield found._replace(marks=(each.whole,), fix=each.corrected)


def _times(text: str, context: CheckContext) -> Iterator[Finding]:
    """Only for the timeline: a reply goes out at once, and speaks of what its reader wrote."""
    if context.kind not in WRITTEN:
        return
    zone = ZoneInfo(context.brand.timezone)
    written_for = context.written_for and context.written_for.astimezone(zone)
    if written := contradicted_time(text, context.publish_at.astimezone(zone), written_for):
        at = spoken_time(context.publish_at, zone, context.brand.language)
        yield _warning(Rule.OTHER_TIME, words=written, at=at)._replace(marks=(written,))


def _promises(text: str, _: CheckContext) -> Iterator[Finding]:
    if sentence := promise_without_time(text):
        yield _warning(Rule.PROMISE_WITHOUT_TIME, words=cut(one_line(sentence), _SHOWN))._replace(marks=(sentence,))


def _banned_words(text: str, context: CheckContext) -> Iterator[Finding]:
    yield from _of_words(Rule.BANNED_WORD, words_in(text, context.brand.checks.banned))


def _product_names(text: str, context: CheckContext) -> Iterator[Finding]:
    for name in wrong_names(text, context.brand.checks.products):
        found = _warning(Rule.PRODUCT_NAME, wrong=name.written, right=name.right)
        yield found._replace(marks=(name.written,), fix=name.right)


def _competitors(text: str, context: CheckContext) -> Iterator[Finding]:
    yield from _of_words(Rule.COMPETITOR, words_in(text, context.brand.checks.competitors))


def _of_words(rule: Rule, found: Sequence[FoundWord]) -> Iterator[Finding]:
    if found:
        marks = tuple(written for each in found for written in each.written)
        yield _warning(rule, words=", ".join(each.word for each in found))._replace(marks=marks)


def _same_text(text: str, context: CheckContext) -> Iterator[Finding]:
    """For the timeline, also a text that is nearly the same.

    Replies may resemble each other, and so may the notices of an outage, which follow one another with other times.
    """
    may_resemble = context.kind in {PostKind.REPLY, PostKind.OUTAGE}
    if context.recent is None:
        if context.kind in WRITTEN:
            yield _finding(Rule.RECENT_UNCHECKED, Severity.NOTE)
        return
    plain = normalised(text)
    if not plain:
        return
    scored = [(likeness(plain, normalised(each.text)), each) for each in context.recent]
    best, nearest = max(scored, key=lambda pair: (pair[0], pair[1].at), default=(0.0, None))
    if nearest is None or best < (1.0 if may_resemble else ALIKE):
        return
    at = spoken_time(nearest.at, ZoneInfo(context.brand.timezone), context.brand.language)
    if _is_repeated_within_a_day(text, context):
        yield _finding(Rule.SAME_TEXT, Severity.REFUSED, at=at)
    else:
        yield _warning(Rule.SAME_TEXT if best == 1.0 else Rule.SIMILAR_TEXT, at=at)


def _is_repeated_within_a_day(text: str, context: CheckContext) -> bool:
    """Whether X would refuse it, and `PostSubmitter` does: the very same text at the same place."""
    plain = unicodedata.normalize("NFC", text).strip()
    repeated = (each for each in context.recent or () if each.text == plain)
    is_reply = context.kind is PostKind.REPLY
    return not is_reply and any(abs(each.at - context.publish_at) < SAME_TEXT_APART for each in repeated)


def _trending_hashtags(text: str, context: CheckContext) -> Iterator[Finding]:
    """Hashtags that trend and are none of the brand's own: not its names and words, nor used by it lately."""
    if not context.trending or context.kind is PostKind.REPLY:
        return
    used = {tag for each in context.recent or () for tag in hashtags_in(each.text)}
    own = _own_words(context)
    foreign = [
        tag
        for tag in hashtags_in(text)
        if tag in context.trending and tag not in used and not any(word in tag for word in own)
    ]
    if foreign:
        found = _warning(Rule.TRENDING_HASHTAG, words=", ".join(f"#{tag}" for tag in foreign))
        yield found._replace(marks=_written(text, EntityKind.HASHTAG, set(foreign)))


def _written(text: str, kind: EntityKind, names: Collection[str]) -> tuple[str, ...]:
    """What the text has of this kind with these names (in one case), as it is written."""
    found = (text[each.begin : each.end] for each in entities(text, {kind}) if each.name.casefold() in names)
    return tuple(dict.fromkeys(found))


def _own_words(context: CheckContext) -> set[str]:
    brand = context.brand
    names = [brand.name_ko, brand.name_en, brand.handle, *(product.name for product in brand.checks.products)]
    return {"".join(name.split()).casefold() for name in names}


def _facts(text: str, context: CheckContext) -> Iterator[Finding]:
    if context.saved_replies is None:
        yield _finding(Rule.FACTS_UNCHECKED, Severity.NOTE)
        return
    zone, language = ZoneInfo(context.brand.timezone), context.brand.language
    for fact, sentence in unusable_facts_in(text, context.saved_replies, context.publish_at, zone):
        if fact.last_day and fact.has_ended(context.publish_at, zone):
            end = fact.ends_at(zone) if fact.last_time else None
            until = spoken_time(end, zone, language) if end else spoken_day(fact.last_day, language)
            found = _warning(Rule.EXPIRED_FACT, title=fact.title, until=until)
        else:
            at = fact.announced_at
            when = spoken_time(at, zone, language) if at else phrase(language, "check.unannounced_fact.no_day")
            found = _warning(Rule.UNANNOUNCED_FACT, title=fact.title, when=when)
        yield found._replace(marks=(sentence,), page=f"replies#{fact.id}")


def _links(_: str, context: CheckContext) -> Iterator[Finding]:
    for link in context.links or ():
        if link.answers is False:
            key, values = link_detail(link.detail)
            detail = phrase(context.brand.language, key, **values)
            yield _warning(Rule.LINK_DEAD, url=cut(link.url, _SHOWN), detail=detail)._replace(marks=(link.url,))
        elif link.answers is None:
            note = _finding(Rule.LINK_UNCHECKED, Severity.NOTE, url=cut(link.url, _SHOWN))
            yield note._replace(marks=(link.url,))


_RULES: tuple[Callable[[str, CheckContext], Iterator[Finding]], ...] = (
    _private_numbers,
    _quotes,
    _mentions,
    _dates,
    _times,
    _product_names,
    _banned_words,
    _competitors,
    _promises,
    _same_text,
    _trending_hashtags,
    _facts,
    _links,
)


def _warning(rule: Rule, **values: str) -> Finding:
    return _finding(rule, Severity.WARNING, **values)


def _finding(rule: Rule, severity: Severity, **values: str) -> Finding:
    return Finding(rule, severity, values)
