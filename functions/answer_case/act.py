"""Acting on a case: one form, one step, once."""

from collections.abc import Callable

from answer_case.acted import (
    BUSY,
    UNSURE,
    UNTOLD,
    Acted,
    Fate,
    done_by,
    has_done,
    not_opened,
    old_page,
    with_events,
)
from answer_case.forms import Mend, mending, request_of
from answer_case.last_change import last_change
from answer_case.news import News, Tells
from answer_case.open import OpenCase, Opened, Outcome
from answer_case.page_token import fits
from answer_case.reply import post_of
from answer_case.say import FINISHES, Accepts, Said, Say, done_before, waits_for
from answer_case.spoken import Spoken
from answer_case.step import Asked, Sent, Step, Unsent
from answer_case.steps import STEPS
from answer_case.view import Message, Tone
from desk.brand import Brand
from desk.case_event import CaseEvent, CaseEventKind
from desk.errors import CaseMoved, StoreBusy
from desk.ports.cases import CaseFile, CaseStore


class Act:
    """The use case: what a person asks for with a form of the page.

    `tells` makes who tells colleagues, with links below the API's address.
    """

    def __init__(
        self, open_case: OpenCase, cases: CaseStore, accept: Accepts, tells: Callable[[str], Tells], brand: Brand
    ) -> None:
        self._open = open_case
        self._cases = cases
        self._say = Say(cases, accept, brand.language)
        self._news = News(cases, tells)
        self._brand = brand

    def run(self, sent: Sent) -> Acted:
        """Take the step that the form asks for, once however often it is sent.

        Never raises for what is asked or for what is ill. When the store gives up amid a step, the same form may be
        sent again.
        """
        opened = self._open.run(sent.link_id, sent.now)
        if opened.file is None:
            return not_opened(opened)
        try:
            return self._acted(sent, opened, opened.file)
        except Mend as exc:
            return Acted(Fate.MEND, opened, exc.message)
        except Unsent as exc:
            return Acted(Fate.SHOWN, opened, confirm=exc.confirm)
        except CaseMoved:
            return self._overtaken(sent)
        except StoreBusy as exc:
            return Acted(Fate.UNAVAILABLE, opened, BUSY, reason=f"StoreBusy: {exc}")

    def _acted(self, sent: Sent, opened: Opened, file: CaseFile) -> Acted:
        version, action, request = sent.field("version"), sent.field("action"), request_of(sent.fields)
        if not fits(sent.field("token"), sent.link_id, version) or not request or action not in STEPS:
            return old_page(opened)
        if before := done_before(file, request):
            return self._repeated(sent, opened, file, before)
        if opened.outcome is not Outcome.OPENED:
            return not_opened(opened)
        if version != str(file.case.version):
            return self._moved(opened)
        seen = (file, opened.viewer, opened.is_paused)
        asked = Asked(*seen, sent.fields, request, sent.now, self._brand, opened.opted_out_at)
        return self._taken(sent, opened, file, STEPS[action](asked))

    def _taken(self, sent: Sent, opened: Opened, file: CaseFile, step: Step) -> Acted:
        """The step is saved; then its reply goes on its way, or whoever has to know hears of it."""
        if step.is_look:
            self._cases.record(file.case, step.event)
            return _unmasked(with_events(opened, file.case, step.event))
        try:
            if step.post:
                return self._queued(opened, step.event, self._say.run(step.after, file.case, step.event, step.post))
            saved = self._cases.save(step.after, file.case, step.event)
        except StoreBusy as exc:
            return Acted(Fate.UNAVAILABLE, opened, BUSY, step.confirm, reason=f"StoreBusy: {exc}")
        untold = self._news.untold(step.event, file._replace(case=saved), file.case, sent.api_url)
        done = UNTOLD if untold else done_by(step.event, sent.field("action"))
        return has_done(opened, saved, done, reason=untold)

    def _repeated(self, sent: Sent, opened: Opened, file: CaseFile, before: CaseEvent) -> Acted:
        """The same form again is answered as it was, or finishes what was cut off between the case and the queue."""
        if before.what is CaseEventKind.UNMASKED:
            return _unmasked(opened)
        if not waits_for(before, file.case):
            untold = self._news.waits(file.case.id, int(sent.field("version")) + 1)
            return has_done(opened, file.case, UNTOLD if untold else done_by(before, sent.field("action")))
        is_as_left = sent.field("version") == str(file.case.version - 1)
        post = post_of(file, before, self._brand) if is_as_left and sent.now - before.at < FINISHES else None
        if post is None:
            return has_done(opened, file.case, UNSURE)
        return self._queued(opened, before, self._say.queue(file.case, before, post))

    def _overtaken(self, sent: Sent) -> Acted:
        """Somebody was faster: perhaps this very form, by a second click."""
        opened = self._open.run(sent.link_id, sent.now)
        before = done_before(opened.file, request_of(sent.fields)) if opened.file else None
        if opened.file and before:
            return has_done(opened, opened.file.case, done_by(before, sent.field("action")))
        return self._moved(opened)

    def _queued(self, opened: Opened, event: CaseEvent, said: Said) -> Acted:
        """What is told of a reply: on its way, refused with what is to be mended, or nobody knows."""
        if said.refusal and said.not_said:
            now = with_events(opened, said.case, event, said.not_said)
            return Acted(Fate.MEND, now, mending(said.refusal, "text").message, reason=said.refusal.code)
        return has_done(opened, said.case, UNSURE if said.unsure else event.what, reason=said.unsure)

    def _moved(self, opened: Opened) -> Acted:
        """What was asked for is not done, since somebody else was faster: the page as it is now says who."""
        if opened.outcome is not Outcome.OPENED or opened.file is None:
            return not_opened(opened)
        what = last_change(opened.file, Spoken(self._brand))
        return Acted(Fate.MOVED, opened, Message("answer.moved", {"what": what}, Tone.PROBLEM), reason="moved")


def _unmasked(opened: Opened) -> Acted:
    if opened.outcome is not Outcome.OPENED:
        return not_opened(opened)
    return Acted(Fate.SHOWN, opened, Message("answer.unmasked"), unmasked=True)
