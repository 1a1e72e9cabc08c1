"""docs/cms.md shows calls as they are really answered, and names every error there is."""

import re
from itertools import count

import pytest

from desk.posts.model import PostReason, PostState
from desk.posts.transitions import held
from tests.fakes.api_tokens import CMS, EDITOR
from tests.unit.post_update.api.cms_page import PAGE, Call, call_of, shown, told, with_answers
from tests.unit.post_update.api.scene import Answer, Scene
from tests.unit.post_update.api.test_decide import a_post

IDS = ("7q2m4xd93k0p", "b5v8nw1rj6te", "m0c3hz7y2gqa")


class Reader:
    """Somebody who tries the page from top to bottom."""

    def __init__(self) -> None:
        self.scene = Scene()
        self.variables = {"DESK_TOKEN": CMS.token, "EDITOR_TOKEN": EDITOR.token}

    def tries(self, page: str) -> list[str]:
        """Every answer, as the page shows it."""
        answers = []
        for step in told(page):
            if step.event:
                self.happens(step.event)
            else:
                answers.append(shown(self.sends(call_of(step.call, self.variables))))
        return answers

    def sends(self, call: Call) -> Answer:
        answer = self.scene.call(
            call.method, call.path, call.body, token=None, headers=lower(call.headers), query=call.query
        )  # fmt: skip
        external_id = answer.json.get("external_id")
        if external_id:
            self.variables[external_id.upper().replace("-", "_")] = answer.json["id"]
        return answer

    def happens(self, event: str) -> None:
        store = self.scene.store
        if event == "the post stands on X":
            article = store.posts[self.variables["ARTICLE_4711"]]
            store.put(article._replace(state=PostState.PUBLISHED, x_id="1993100000000000001", spent_micro_usd=200_000))
        elif event == "the tables are busy":
            store.fail_before.append("holder")
        elif event == "a post was held":
            post = a_post(PostState.QUEUED)._replace(id="k4s9d1f7x2ha", text="개편 안내", weighted_length=9)
            store.put(held(post))
            self.variables["HELD"] = "k4s9d1f7x2ha"
        else:
            raise ValueError(event)


def lower(headers: dict[str, str]) -> dict[str, str]:
    """As API Gateway hands them on."""
    return {name.lower(): value for name, value in headers.items()}


def test_every_call_on_the_page_is_answered_as_it_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    ids = iter(IDS)
    monkeypatch.setattr("desk.posts.submit.new_post_id", lambda: next(ids, f"unforeseen-{next(count())}"))
    page = PAGE.read_text(encoding="utf-8")

    answers = Reader().tries(page)

    assert len(answers) >= 20
    assert page == with_answers(page, answers)


def test_the_page_explains_every_state_and_reason() -> None:
    rows = set(re.findall(r"^\| `([a-z_]+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE))

    assert {state.value for state in PostState} | {reason.value for reason in PostReason} <= rows
