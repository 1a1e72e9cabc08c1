"""What holds for every request, whatever it asks for."""

import base64
import json
import re
from hashlib import sha256
from typing import Any

import pytest

from desk.errors import ReportsUnavailable
from post_update.api.auth import ApiToken, TokenRight
from tests.fakes.api_tokens import CMS, CRM, EDITOR
from tests.families import for_each
from tests.unit.post_update.api.a_case import PATH, with_case
from tests.unit.post_update.api.scene import Answer, Scene, event

ROUTES = [
    ("POST", "/posts", {"text": "개통 안내"}, {}),
    ("GET", "/posts", None, {"state": "queued"}),
    ("GET", "/posts/p1", None, {}),
    ("DELETE", "/posts/p1", None, {}),
    ("POST", "/posts/p1/release", None, {}),
    ("GET", "/pause", None, {}),
    ("PUT", "/pause", {"reason": "outage"}, {}),
    ("DELETE", "/pause", None, {}),
    ("GET", "/cases", None, {}),
    ("GET", PATH, None, {}),
    ("POST", f"{PATH}/answer", {"text": "네"}, {}),
    ("POST", f"{PATH}/urgency", {"urgency": "high"}, {}),
]


@pytest.mark.parametrize(("method", "path", "body", "query"), ROUTES)
def test_no_route_answers_without_a_token(method: str, path: str, body: Any, query: dict[str, str]) -> None:
    scene = Scene()

    answer = scene.call(method, path, body, token=None, query=query)

    assert answer.json == {"type": "about:blank", "title": "Unauthorized", "status": 401}
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert not scene.store.calls + scene.cases.calls


@pytest.mark.parametrize(("method", "path", "body", "query"), ROUTES)
def test_no_route_answers_a_token_without_its_right(method: str, path: str, body: Any, query: dict[str, str]) -> None:
    scene = Scene()
    only = {"/pause": {"PUT": TokenRight.POST, "DELETE": TokenRight.POST}}.get(path, {}).get(method, TokenRight.PAUSE)
    bearer = ApiToken("half", "half-token-that-nobody-can-guess", frozenset({only}))
    if path.endswith("/release"):
        bearer = CMS
    if path.startswith("/cases"):
        others = set(TokenRight) - {TokenRight.ANSWER_CASES if method == "POST" else TokenRight.READ_CASES}
        bearer = ApiToken("half", bearer.token, frozenset(others))
    scene.tokens.stored = (bearer,)

    answer = scene.call(method, path, body, token=bearer, query=query)

    assert (answer.status, answer.json) == (403, {"type": "about:blank", "title": "Forbidden", "status": 403})
    assert not scene.store.calls + scene.cases.calls


def answered_at_once(method: str, path: str, body: str | None, token: ApiToken | None) -> Answer:
    """The answer of an API that knows nobody's token, whose tables do not answer, and which made no documents."""
    scene = Scene()
    scene.tokens.fails, scene.switch.busy = True, True
    scene.store.busy |= {"get", "holder", "page", "add"}

    answer = scene.call(method, path, body, token=token)

    assert not scene.store.calls + scene.cases.calls
    assert not scene.api._documents
    assert answer.headers["Content-Type"] == "application/problem+json"
    return answer


@for_each("token", [CMS, None])
@for_each("method", ["GET", "POST"])
@for_each(
    "path",
    ["/", "/posts/", "/posts\n", "/posts/p1/p2", "/posts/external#abc", "/docs/", "/docs\n", "//docs", "/answer/a/b"],
)
def test_an_unknown_path_is_404_with_and_without_a_token(path: str, method: str, token: ApiToken | None) -> None:
    answer = answered_at_once(method, path, "{" * 20_000, token)

    assert (answer.status, answer.json) == (404, {"type": "about:blank", "title": "Not Found", "status": 404})


@for_each("token", [CMS, None])
@for_each(
    "method, path, allowed",
    [
        ("PUT", "/posts", "GET, POST"),
        ("HEAD", "/posts", "GET, POST"),
        ("OPTIONS", "/posts", "GET, POST"),
        ("PATCH", "/posts/p1", "DELETE, GET"),
        ("GET", "/posts/p1/release", "POST"),
        ("POST", "/pause", "DELETE, GET, PUT"),
        ("DELETE", "/cases/7Q2M4-XD93K", "GET"),
        ("HEAD", "/docs", "GET"),
        ("POST", "/openapi.json", "GET"),
        ("DELETE", "/answer/k3v9", "GET, POST"),
        ("HEAD", "/reports/k3v9", "GET"),
        ("POST", "/reports/k3v9/csv", "GET"),
    ],
)
def test_another_method_is_405_with_and_without_a_token(
    method: str, path: str, allowed: str, token: ApiToken | None
) -> None:
    answer = answered_at_once(method, path, None, token)

    assert (answer.status, answer.headers["Allow"]) == (405, allowed)
    assert answer.json == {"type": "about:blank", "title": "Method Not Allowed", "status": 405}


def test_a_request_without_token_gets_401_before_its_body_is_checked() -> None:
    assert Scene().call("POST", "/posts", "{" * 16_385, token=None).status == 401


@pytest.mark.parametrize(
    "content_type", ["APPLICATION/JSON", 'Application/Json; charset="UTF-8"', "application/json;;"]
)
def test_json_is_taken_however_its_type_is_written(content_type: str) -> None:
    assert Scene().call("POST", "/posts", {"text": "개통"}, headers={"content-type": content_type}).status == 202


def test_a_body_may_come_in_base64() -> None:
    scene = Scene()
    sent = event("PUT", "/pause", None, {"authorization": f"Bearer {EDITOR.token}", "content-type": "application/json"})
    body = base64.b64encode('{"reason": "장애"}'.encode()).decode()

    answer = scene.api.respond(sent | {"body": body, "isBase64Encoded": True}, scene.now)

    assert json.loads(answer["body"])["reason"] == "장애"


def test_names_of_headers_are_read_however_they_are_written() -> None:
    scene = Scene()

    answer = scene.call("GET", "/pause", token=None, headers={"Authorization": f"Bearer {CMS.token}"})

    assert answer.status == 200


def test_tokens_that_cannot_be_read_shut_the_api_for_a_moment() -> None:
    scene = Scene()
    scene.tokens.fails = True

    answer = scene.call("GET", "/pause")

    assert (answer.status, answer.headers["Retry-After"]) == (503, "5")


@pytest.mark.parametrize("where", ["authorise", "route"])
def test_a_defect_is_answered_without_details_and_logged(
    where: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    scene = Scene()
    broken_one: object = scene.tokens if where == "authorise" else scene.switch

    def broken() -> None:
        raise KeyError("the inside")

    monkeypatch.setattr(broken_one, "current", broken)

    answer = scene.call("GET", "/pause")

    assert answer.status == 500
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert "inside" not in answer.body
    logged = capsys.readouterr().out
    place = "auth.py:" if where == "authorise" else "posts.py:"
    assert ("KeyError" in logged, "the inside" in logged, place in logged) == (True, False, True)


def test_an_unexpected_error_is_a_defect(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = Scene()

    def unexpected() -> None:
        raise ReportsUnavailable("where nobody expects it")

    monkeypatch.setattr(scene.switch, "current", unexpected)

    assert scene.call("GET", "/pause").status == 500


def test_a_token_is_never_logged(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    scene = Scene()
    unknown = ApiToken("x", "unknown-token-that-nobody-knows", frozenset())

    scene.call("GET", "/pause")
    scene.call("GET", "/pause", token=unknown)
    monkeypatch.setattr(scene.switch, "current", lambda: 1 / 0)
    scene.call("GET", "/pause")

    logged = capsys.readouterr()
    assert "answered" in logged.out
    assert CMS.token not in logged.out + logged.err
    assert unknown.token not in logged.out + logged.err


def test_a_token_goes_no_further_than_the_api(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = Scene()
    passed_on: list[dict[str, Any]] = []

    def resolve(request: dict[str, Any], _context: object) -> dict[str, Any]:
        passed_on.append(request)
        return {"statusCode": 200, "headers": {}, "body": ""}

    monkeypatch.setattr(scene.api._app, "resolve", resolve)

    scene.call("GET", "/pause")

    assert CMS.token not in json.dumps(passed_on)


def test_the_token_of_one_request_is_not_the_next_ones() -> None:
    scene = Scene()
    scene.call("PUT", "/pause", {"reason": "outage"}, token=EDITOR)

    assert scene.call("DELETE", "/pause", token=CMS).status == 403
    assert scene.call("DELETE", "/pause", token=None).status == 401


def test_the_page_needs_no_token_and_no_third_party() -> None:
    scene = Scene()

    page = scene.call("GET", "/docs", token=None)

    assert (page.status, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "src=" not in page.body.split("<script>")[0]
    assert "<link" not in page.body
    assert "/posts/{post_id}/release" in page.body


def test_the_page_runs_its_own_scripts_alone_and_in_nobodys_frame() -> None:
    page = Scene().call("GET", "/docs", token=None)

    policy = dict(part.strip().split(" ", 1) for part in page.headers["Content-Security-Policy"].split(";"))
    scripts = re.findall(r"<script>(.*?)</script>", page.body, re.DOTALL)
    hashes = [base64.b64encode(sha256(script.encode()).digest()).decode() for script in scripts]
    assert len(hashes) == 2
    assert policy["script-src"].split() == [f"'sha256-{one}'" for one in hashes]
    assert (policy["default-src"], policy["connect-src"]) == ("'none'", "'self'")
    assert {policy[name] for name in ("frame-ancestors", "base-uri", "form-action")} == {"'none'"}
    assert page.headers["X-Frame-Options"] == "DENY"
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["Referrer-Policy"] == "no-referrer"


def test_the_page_is_laid_out_for_phones_and_names_itself_and_the_document() -> None:
    page = Scene().call("GET", "/docs", token=None).body

    assert '<meta name="viewport" content="width=device-width">' in page
    assert "<title>The brand's desk on X</title>" in page
    assert ("format=json" in page.rpartition("<script>")[2], '"/openapi.json"' in page) == (False, True)


def test_the_document_tells_how_each_call_is_made_in_the_order_in_which_it_is_read() -> None:
    document = Scene().call("GET", "/openapi.json", token=None).json

    calls = [(path, method) for path, operations in document["paths"].items() for method in operations]
    assert [call for call in calls if "Posts" in document["paths"][call[0]][call[1]]["tags"]][:4] == [
        ("/posts", "post"),
        ("/posts", "get"),
        ("/posts/{post_id}", "get"),
        ("/posts/{post_id}", "delete"),
    ]
    assert all(document["paths"][path][method]["description"] for path, method in calls)
    assert document["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    assert [tag["name"] for tag in document["tags"]] == ["Posts", "Cases", "Pause"]
    assert "Successful Response" not in json.dumps(document)


@pytest.mark.parametrize(
    ("method", "path", "schema", "status"), [("POST", "/posts", "PostBody", 202), ("PUT", "/pause", "PauseBody", 200)]
)
def test_every_example_in_the_document_can_be_sent(method: str, path: str, schema: str, status: int) -> None:
    document = Scene().call("GET", "/openapi.json", token=None).json

    for example in document["components"]["schemas"][schema]["examples"]:
        assert Scene().call(method, path, example, token=EDITOR if path == "/pause" else CMS).status == status


def test_every_example_of_an_answer_to_a_case_can_be_sent() -> None:
    document = Scene().call("GET", "/openapi.json", token=None).json

    for example in document["components"]["schemas"]["ReplyBody"]["examples"]:
        scene = with_case(version=example.get("version", 1))
        assert scene.call("POST", f"{PATH}/answer", example, token=CRM).status == 202


def test_the_document_says_what_is_really_answered() -> None:
    document = Scene().call("GET", "/openapi.json", token=None).json

    create = document["paths"]["/posts"]["post"]
    assert sorted(create["responses"]) == ["200", "202", "default"]
    assert create["responses"]["default"]["content"]["application/problem+json"]
    assert sorted(document["paths"]["/cases/{case_id}/answer"]["post"]["responses"]) == ["202", "default"]
    assert sorted(document["paths"]) == [
        "/cases",
        "/cases/{case_id}",
        "/cases/{case_id}/answer",
        "/cases/{case_id}/urgency",
        "/pause",
        "/posts",
        "/posts/{post_id}",
        "/posts/{post_id}/release",
    ]
    assert not [name for name in document["components"]["schemas"] if "Validation" in name]
    references = [part.split('"')[0] for part in json.dumps(document).split("#/components/schemas/")[1:]]
    assert set(references) <= set(document["components"]["schemas"])
