"""GET practice: five practice cases that send nothing, for people who are new to the console.

Nothing here knows cases, posts, queues or topics: a practice case is made anew for each request, and only which
lessons a person has done is stored.
"""

from copy import replace
from http import HTTPStatus

from desk.errors import StoreBusy
from desk.reading import OPERATOR
from desk.replies.open import OpenedCase, OpenOutcome
from desk.staff.drafts import PersonalDraft
from desk.staff.practice import PracticeStore
from desk.web.response import Response, html
from operator_console.app import ROOT, Refused, Right, Route, Visit, may, redirect
from operator_console.case.lessons import LESSONS, Lesson
from operator_console.items.opened_item import Facts, case_item
from operator_console.shell.bar import sees_all
from operator_console.shell.render import Renderer

"""Without those that save what is typed, send replies and ask for arrivals."""


def _nowhere(_name: str) -> str:
    """In place of a link to X, where no practice case is and its author's name may be somebody's."""
    return "#task"


class PracticeView:
    """Shows practice cases with the templates of real ones, and checks what people do with them."""

    def __init__(self, practice: PracticeStore, renderer: Renderer) -> None:
        self._practice = practice
        self._renderer = renderer
        self._brand = renderer.brand

    def routes(self) -> list[Route]:
        """The routes of this module; the console's own address is among them, since practising is offered there."""
        return [
            Route("GET", "", self._begin),
            Route("GET", "practice", self._show_next, Right.ACT),
            Route("GET", "practice/{lesson}", self._show, Right.ACT),
            Route("POST", "practice/again", self._again, Right.ACT),
            Route("POST", "practice/case/{number}/{action}", self._try, Right.ACT),
        ]

    def _begin(self, visit: Visit) -> Response:
        """To the page of today, people of departments to their queue.

        People who act and come for the first time get to the practice cases once.
        """
        if may(visit.person, Right.ACT):
            try:
                if self._practice.done(visit.person.id) is None:
                    self._practice.record(visit.person.id, (), visit.now)
                    return redirect("practice")
            except StoreBusy:
                pass  # nobody is kept from work by an offer
        return redirect("today" if sees_all(visit.person) else "inbox/to_answer")

    def _show_next(self, visit: Visit) -> Response:
        done = self._practice.done(visit.person.id) or frozenset()
        return self._page(visit, done, next((one for one in LESSONS if one.key not in done), None))

    def _show(self, visit: Visit) -> Response:
        lesson = next((one for one in LESSONS if one.key == visit.params["lesson"]), None)
        if lesson is None:
            raise Refused(HTTPStatus.NOT_FOUND, "console.problem.no_page")
        return self._page(visit, self._practice.done(visit.person.id) or frozenset(), lesson)

    def _again(self, visit: Visit) -> Response:
        self._practice.begin_again(visit.person.id)
        self._practice.record(visit.person.id, (), visit.now)
        return redirect("practice")

    def _try(self, visit: Visit) -> Response:
        """Record the lesson if the form does what it asks for; else explain what is missing."""
        lesson = next((one for one in LESSONS if one.number == visit.params["number"]), None)
        if lesson is None:
            raise Refused(HTTPStatus.NOT_FOUND, "console.problem.no_page")
        problem = self._problem(lesson, visit)
        if not problem:
            self._practice.record(visit.person.id, (lesson.key,), visit.now)
            if visit.request.is_fragment:
                return Response(HTTPStatus.OK, headers={"hx-redirect": f"{ROOT}/practice?after={lesson.key}"})
            return redirect(f"practice?after={lesson.key}")
        if visit.request.is_fragment:
            part = self._renderer.part("shell/_problem.html.j2", visit, sentence=problem)
            retarget = {"HX_Retarget": "#practice-problem", "HX_Reswap": "innerHTML"}
            return html(part, HTTPStatus.UNPROCESSABLE_ENTITY, **retarget)
        done = self._practice.done(visit.person.id) or frozenset()
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return self._page(visit, done, lesson, status, problem=problem, typed=visit.request.field("text"))

    def _problem(self, lesson: Lesson, visit: Visit) -> str:
        if visit.params["action"] != lesson.action:
            return self._phrase("mistake.action", task=self._phrase(f"{lesson.key}.task", **lesson.values(self._brand)))
        mistake = lesson.check(visit.request.fields, self._brand)
        return self._phrase(f"mistake.{mistake.key}", **mistake.values) if mistake else ""

    def _page(  # noqa: PLR0913 - what the page shows, each named
        self,
        visit: Visit,
        done: frozenset[str],
        lesson: Lesson | None,
        status: HTTPStatus = HTTPStatus.OK,
        *,
        problem: str = "",
        typed: str = "",
    ) -> Response:
        after = visit.request.query.get("after", "")
        values: dict[str, object] = {
            "lessons": [(one.key, self._phrase(f"{one.key}.name"), one.key in done) for one in LESSONS],
            "lesson": lesson.key if lesson else "",
            "count": sum(one.key in done for one in LESSONS),
            "praise": self._phrase(f"{after}.done") if any(one.key == after for one in LESSONS) else "",
            "problem": problem,
            "post_link": _nowhere,
            "account_link": _nowhere,
            "like_link": _nowhere,
            "practising": True,
            "item": None,
            "task": "",
        }
        if lesson:
            formatter = self._renderer.formatter
            opened = OpenedCase(OpenOutcome.OPENED, lesson.file(self._brand, formatter, visit.now), OPERATOR)
            item = case_item(visit, opened, Facts(), self._brand, queue="practice", unmasked=False)
            task = self._phrase(f"{lesson.key}.task", **lesson.values(self._brand))
            if typed:
                item = replace(item, typed=PersonalDraft(typed, {}, item.version, 0, visit.now))
            values |= {"item": item, "about": replace(item, may_draft=False), "task": task}
        return html(self._renderer.page("case/practice.html.j2", visit, **values), status)

    def _phrase(self, key: str, **values: str) -> str:
        return self._renderer.formatter.phrase(f"console.practice.{key}", **values)
