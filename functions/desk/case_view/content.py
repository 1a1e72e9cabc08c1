"""What every page shows of a case, or of a mention without one: formatted once for both pages."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from desk.case_view.conversation import ConversationEntry
from desk.case_view.view import View, wants_no_reply
from desk.cases.author_cases import AuthorCase
from desk.cases.model import WAITING, Case, CaseEvent, CaseEventKind, CaseState
from desk.cases.store import CaseMention
from desk.checks.sentences import rule_names, sentence_of
from desk.formatting.formatter import DeskFormatter, short_name
from desk.links import account_link, post_link
from desk.private_numbers import masked
from desk.reader.explain import SafetyNote, safety_note, sureness
from desk.reading import Kind
from desk.replies.outcome import POSTED_KINDS
from desk.text import one_line
from desk.x.model import Author
from desk.x.weight import MAX_WEIGHT

_UNASSIGNS = frozenset({CaseEventKind.HANDED, CaseEventKind.RELEASED, CaseEventKind.MISREAD, CaseEventKind.RAISED})


class Fact(NamedTuple):
    """A fact about a case, with its name: a text, or a moment (aware), which may have passed (`is_late`)."""

    name: str
    text: str = ""
    at: datetime | None = None
    is_late: bool = False


class TimelineEntry(NamedTuple):
    """One entry: when (aware), a sentence, and the text that was written. `x_id` is the post on X, if any."""

    at: datetime
    sentence: str
    text: str = ""
    x_id: str | None = None


class RelatedCase(NamedTuple):
    """Another case of the author: when it was opened (aware), department and kind, and how it ended.

    `opens`: the person may open it. `waits`: its author waits for an answer.
    """

    at: datetime
    what: str
    outcome: str
    number: str
    opens: bool
    waits: bool


class CaseContent(NamedTuple):
    """What is shown of a case, or of a mention without one; with private numbers masked, unless the person asked.

    `kind` is its name, "" for a mention that was not read, and `subject` what the desk knows of its matter. `facts` say
    how the case stands. `danger` is to be read first, if somebody may be at risk. `entries` is the conversation, oldest
    first, without the first `entries_left_out`. `reasons` say why the newest mention was read so, and `sureness` how
    surely. `history` is everything that happened, without the first `events_left_out`, and `related` are the author's
    other cases, without the last `related_left_out`.
    """

    kind: str
    entries: Sequence[ConversationEntry]
    case: Case | None = None
    author: Author | None = None
    subject: str = ""
    facts: Sequence[Fact] = ()
    danger: Sequence[str] = ()
    reasons: Sequence[str] = ()
    sureness: str = ""
    entries_left_out: int = 0
    history: Sequence[TimelineEntry] = ()
    events_left_out: int = 0
    related: Sequence[RelatedCase] = ()
    related_left_out: int = 0


def content_of(
    view: View,
    entries: Sequence[ConversationEntry],
    now: datetime,
    formatter: DeskFormatter,
    opens: Callable[[AuthorCase], bool],
) -> CaseContent:
    """A case with its conversation. `opens` says which other case of the author the person may open."""
    case = view.case
    history = timeline_entries(case, view.events, formatter)
    read = [mention.reading for mention in view.mentions if mention.reading]
    return CaseContent(
        kind=formatter.kind(case.label),
        entries=entries,
        case=case,
        author=case.author or next((each.mention.post.author for each in reversed(view.mentions)), None),
        subject=formatter.matter(case.department, case.label),
        facts=_facts(view, now, formatter),
        danger=_danger(view.safety_note, formatter),
        reasons=formatter.reasons(view.mentions),
        sureness=sureness(read[-1], formatter.language) if read else "",
        history=[each if view.unmasked else each._replace(text=masked(each.text)) for each in history],
        related=[_related(each, formatter, opens=opens(each)) for each in view.earlier],
    )


def content_of_mention(
    mention: CaseMention, entries: Sequence[ConversationEntry], formatter: DeskFormatter
) -> CaseContent:
    """A mention without a case, with its conversation."""
    reading = mention.reading
    kind = formatter.kind(reading.label) if reading and reading.label else ""
    return CaseContent(
        kind=kind,
        entries=entries,
        author=mention.mention.post.author,
        subject=kind,
        danger=_danger(safety_note([mention.mention], reading.safety if reading else None), formatter),
        reasons=formatter.reasons([mention]),
        sureness=sureness(reading, formatter.language) if reading else "",
    )


def _related(case: AuthorCase, formatter: DeskFormatter, *, opens: bool) -> RelatedCase:
    what, outcome = formatter.matter(case.department, case.kind), formatter.outcome(case)
    return RelatedCase(case.opened_at, what, outcome, case.id, opens, case.state in WAITING)


def _danger(note: SafetyNote | None, formatter: DeskFormatter) -> Sequence[str]:
    return formatter.safety_lines(note) if note else ()


def _facts(view: View, now: datetime, formatter: DeskFormatter) -> list[Fact]:
    """How the case stands: its state, who has it, and until when the author is to be answered."""
    case, say = view.case, formatter.phrase
    facts = [
        Fact(say("answer.state"), say(f"case.state.{_state_key(view)}")),
        Fact(say("answer.department"), formatter.department(case.department)),
        Fact(say("answer.holder"), formatter.person(case.holder) if case.holder else say("answer.nobody")),
    ]
    if case.state not in WAITING or wants_no_reply(view):
        return facts
    promised = case.promised_until if case.state is CaseState.PROMISED else None
    until = promised or case.due_at
    return [*facts, Fact(say("answer.promised" if promised else "answer.due"), at=until, is_late=until < now)]


def _state_key(view: View) -> str:
    """The key of the state: a draft of a department that sends its own replies is only unsent."""
    if wants_no_reply(view):
        return "no_reply"
    return "unsent" if view.case.state is CaseState.DRAFTED and view.case_sends_to_x else view.case.state.value


def timeline_entries(case: Case, events: Sequence[CaseEvent], formatter: DeskFormatter) -> list[TimelineEntry]:
    """Events of colleagues, X and the desk, and when the author asked again, oldest first.

    Texts are as people wrote them: the caller masks their private numbers.
    """
    entries = [*_event_entries(events, formatter), *_asked_again(case, events, formatter)]
    return sorted(entries, key=lambda entry: entry.at)


def _event_entries(events: Sequence[CaseEvent], formatter: DeskFormatter) -> list[TimelineEntry]:
    sentences = [formatter.event_sentence(event) for event in events]
    for place, assignee in _assignees(events):
        sentences[place] += formatter.phrase("case.event.assignee", by=formatter.person(assignee))
    for place, event in enumerate(events):
        if event.override_reason:
            rules = rule_names(event.overridden, formatter.language)
            sentences[place] += " " + formatter.phrase(
                "check.overridden", rules=rules, reason=masked(event.override_reason)
            )
    return [
        TimelineEntry(event.at, sentence, formatter.event_text(event), event.x_id)
        for event, sentence in zip(events, sentences, strict=True)
    ]


def _assignees(events: Sequence[CaseEvent]) -> Iterator[tuple[int, str]]:
    """The assignee, or else the sender, of each of the desk's replies on X, with the place of its event."""
    holder = ""
    for place, event in enumerate(events):
        if event.what is CaseEventKind.TAKEN:
            holder = event.by
        elif event.what in (CaseEventKind.ASSIGNED, CaseEventKind.TAKEN_BACK, CaseEventKind.RESTORED):
            holder = event.assignee or ""
        elif event.what in _UNASSIGNS:
            holder = ""
        elif event.what in POSTED_KINDS and event.post_id and (holder or event.by):
            yield place, holder or event.by


def _asked_again(case: Case, events: Sequence[CaseEvent], formatter: DeskFormatter) -> list[TimelineEntry]:
    """The beginning of each wait after the first one, also of those that events ended."""
    began = {case.asked_at, *(event.asked_at for event in events if event.asked_at)} - {case.opened_at}
    return [TimelineEntry(at, formatter.phrase("case.event.asked_again")) for at in began]


def template_values(formatter: DeskFormatter) -> dict[str, Any]:
    """What the templates of a case use on every page that has them: words, formats and links, by their names there."""
    brand = formatter.brand
    return {
        "brand": brand,
        "formatter": formatter,
        "phrase": formatter.phrase,
        "departments": [(key, brand.department_name(key)) for key in brand.departments],
        "kinds": tuple(Kind),
        "masked": masked,
        "max_weight": MAX_WEIGHT,
        "one_line": one_line,
        "short_name": short_name,
        "finding_sentence": partial(sentence_of, language=brand.language),
        "post_link": partial(post_link, site=brand.x_site),
        "account_link": partial(account_link, site=brand.x_site),
    }
