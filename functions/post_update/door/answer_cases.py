"""Answering a case for a tool: by the gate and the step of the case's own page, as one of the operator's people."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import NamedTuple

from answer_case.forms import Mend
from answer_case.reply import answer, post_of
from answer_case.say import FINISHES, Said, Say, done_before, waits_for
from answer_case.step import Asked, Step
from answer_case.view import Message
from desk.author_cases import RecentCases
from desk.brand import Brand
from desk.case import is_case_id
from desk.case_event import CaseEvent, CaseEventKind
from desk.catalogue import phrase
from desk.errors import CaseMoved, StoreBusy
from desk.ports.cases import CaseFile, CaseStore
from desk.ports.opt_outs import OptOuts
from desk.ports.pause import PauseSwitch
from desk.ports.posts import PostStore
from desk.post import Post
from desk.reading import OPERATOR
from post_update.door.case_faults import BadAnswer, CaseChanged, NoReply, NoSuchCase, NotSaid
from post_update.refusals import RequestReused

_TRIES = 4
_REFUSES = "answer.refusal."
"""How the catalogue's keys begin for what the gate refuses."""


class Wanted(NamedTuple):
    """An answer that is wanted: the fields of the page's form, and the case's `version` that was read, if known.

    `is_named`: the caller says which person answers. `request` names what is asked: its beginning up to and with the
    last hyphen who asks, so that whatever begins alike is the same asker's request and has to be the same.
    """

    case_id: str
    fields: Mapping[str, str]
    request: str
    version: int | None
    is_named: bool


class AnswerCases(NamedTuple):
    """The use case. `posts` is where replies are found again."""

    cases: CaseStore
    posts: PostStore
    switch: PauseSwitch
    opt_outs: OptOuts
    say: Say
    brand: Brand
    clock: Callable[[], datetime]

    def run(self, wanted: Wanted) -> Post:
        """The reply, which is on its way; the same request again makes no second one.

        Raises NoSuchCase, CaseChanged, NoReply, BadAnswer, NotSaid, RequestReused, and StoreBusy where nobody knows
        whether it is on its way: asking again for the same is safe.
        """
        for _ in range(_TRIES):
            with suppress(CaseMoved):  # somebody else was faster: perhaps this very request
                return self._once(self.file(wanted.case_id), wanted)
        raise StoreBusy(f"{wanted.case_id} moves faster than it can be answered")

    def file(self, case_id: str) -> CaseFile:
        """The case with all that belongs to it; raises NoSuchCase and StoreBusy."""
        file = self.cases.file(case_id) if is_case_id(case_id) else None
        if file is None:
            raise NoSuchCase(case_id)
        return file

    def shown(self, case_id: str) -> CaseFile:
        """As `file`, with the author's other cases."""
        file = self.file(case_id)
        return file._replace(earlier=RecentCases(self.cases.author_cases).beside(file.case))

    def _once(self, file: CaseFile, wanted: Wanted) -> Post:
        """The same for the case as it was just seen; raises CaseMoved where it is not so any more."""
        if before := done_by_request(file, wanted.request):
            return self._repeated(file, before)
        if wanted.version not in {None, file.case.version}:
            raise CaseChanged(file.case.version)
        return self._sent(self._step(file, wanted), file)

    def _step(self, file: CaseFile, wanted: Wanted) -> Step:
        is_paused, opted_out_at = self.switch.current() is not None, self.opt_outs.since(file.case.author_id)
        asked = Asked(
            file,
            OPERATOR,
            is_paused,
            wanted.fields,
            wanted.request,
            self.clock(),
            self.brand,
            opted_out_at,
            is_named=wanted.is_named,
        )
        try:
            return answer(asked)
        except Mend as exc:
            raise self._refusal(exc.message) from None

    def _sent(self, step: Step, file: CaseFile) -> Post:
        if step.post is None:
            raise NoReply("gone", self._sentence("answer.refusal.gone"))
        return self._said(self.say.run(step.after, file.case, step.event, step.post))

    def _said(self, said: Said) -> Post:
        if said.refusal:
            raise BadAnswer("text", said.not_said.text if said.not_said else str(said.refusal))
        if said.post is None:
            raise StoreBusy(said.unsure)
        return said.post

    def _repeated(self, file: CaseFile, before: CaseEvent) -> Post:
        """The reply of the same request, or what finishes it where it was cut off between the case and the queue."""
        if found := self.posts.get(before.post_id or ""):
            return found
        is_as_left = waits_for(before, file.case) and before.post_id == f"reply-{file.case.id}-{file.case.version - 1}"
        post = post_of(file, before, self.brand) if is_as_left and self.clock() - before.at < FINISHES else None
        if post is None:
            raise StoreBusy(f"nobody knows yet what became of {before.post_id}")
        return self._said(self.say.queue(file.case, before, post))

    def _refusal(self, message: Message) -> NoReply | BadAnswer:
        sentence = self._sentence(message.key, **message.values)
        if message.key.startswith(_REFUSES):
            return NoReply(message.key.removeprefix(_REFUSES), sentence)
        return BadAnswer(message.field or "text", sentence)

    def _sentence(self, key: str, **values: object) -> str:
        return phrase(self.brand.language, key, **values)


def done_by_request(file: CaseFile, request: str) -> CaseEvent | None:
    """What this request did; raises NotSaid where it came to nothing, RequestReused where it was another one."""
    asker = request.rpartition("-")[0] + "-"
    ours = next((event for event in file.events if event.request.startswith(asker)), None)
    if ours and ours.request != request:
        raise RequestReused
    if ours and done_before(file, request) is None:
        why = (event.text for event in file.events if event.post_id == ours.post_id and _is_unsaid(event))
        raise NotSaid(next(why, ""))
    return ours


def _is_unsaid(event: CaseEvent) -> bool:
    return event.what is CaseEventKind.NOT_SAID
