"""The API's description: `/openapi.json`, and `/docs` for people. Both are made on request, which is rare."""

import json
import re
from base64 import b64encode
from collections.abc import Iterable, Mapping
from hashlib import sha256
from http import HTTPStatus
from importlib.resources import files
from typing import Any

from aws_lambda_powertools.event_handler.api_gateway import ApiGatewayResolver, Route
from aws_lambda_powertools.event_handler.openapi import swagger_ui
from aws_lambda_powertools.event_handler.openapi.models import HTTPBearer, Server, Tag

from desk.web.problems import CONTENT_TYPE
from desk.web.response import Response, link_page_headers

_ABOUT = (
    "Queue posts for the brand's X account and follow them, pause the desk, list cases and answer them. "
    "Every call except this page needs `Authorization: Bearer <token>`. "
    "Errors are RFC 9457 problems, except those that API Gateway itself answers "
    "(413, 429 and 5xx with nothing but a `message`)."
)
_TITLE = "The brand's desk on X"
_TAGS = {
    "Posts": "Posts of the brand.",
    "Cases": "Questions of authors on X. Reading and answering them each need a right of the token.",
    "Pause": "The switch that holds all posts. Pausing and resuming need a right of the token.",
}
_METHODS = ("post", "get", "put", "delete")
"""In the order in which the page lists them."""
_DESCRIPTIONS = {"202": "Accepted: it is stored and will not get lost", "200": "The present state"}
_PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string", "examples": ["urn:dorothy:problem:bad-fields", "about:blank"]},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "detail"],
                "properties": {"field": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
        "earlier": {"type": "string", "description": "With `same-text`: the post that has the text already."},
        "state": {"type": "string", "description": "With a conflict: the present state of the post or case."},
        "reason": {"type": "string", "description": "With `no-reply`: why the case can't be answered, in one word."},
        "version": {"type": "integer", "description": "With `case-changed`: the present version of the case."},
    },
    "examples": [
        {
            "type": "urn:dorothy:problem:bad-fields",
            "title": "Unprocessable Content",
            "status": 422,
            "detail": "Correct the fields listed in errors.",
            "errors": [{"field": "url", "detail": "is required with title"}],
        }
    ],
}
_REPLACEMENTS = {
    "<html>": '<html lang="en">',
    "<title>Swagger UI</title>": f'<title>{_TITLE}</title>\n    <meta name="viewport" content="width=device-width">',
    'currentUrl.pathname + "?format=json"': '"/openapi.json"',
    "filter: true": "filter: false",
}
"""Changes for which powertools has no setting: names, a viewport for phones, the document's address."""
_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)

_GENERATED = ("HTTPValidationError", "ValidationError", "ResponseValidationError")
"""Powertools' own schemas of errors, which the API doesn't use."""


def documents(app: ApiGatewayResolver, described: Iterable[Route]) -> Mapping[str, Response]:
    """Both by their paths; docstrings describe the routes.

    The page contains its scripts and loads nothing from third parties.
    """
    document = json.dumps(_document(app, described), ensure_ascii=False)
    page = _page(document)
    return {
        "/openapi.json": Response(HTTPStatus.OK, document, {"content-type": "application/json"}),
        "/docs": Response(HTTPStatus.OK, page, link_page_headers(script=_hashes(page))),
    }


def _document(app: ApiGatewayResolver, described: Iterable[Route]) -> dict[str, Any]:
    for route in described:
        route.description = route.func.__doc__
    document: dict[str, Any] = json.loads(
        app.get_openapi_json_schema(
            title=_TITLE,
            tags=[Tag(name=name, description=about) for name, about in _TAGS.items()],
            version="1",
            description=_ABOUT,
            servers=[Server(url="/")],
            security_schemes={"token": HTTPBearer()},
            security=[{"token": []}],
        )
    )
    schemas = document["components"]["schemas"]
    document["components"]["schemas"] = {
        **{name: schema for name, schema in schemas.items() if name not in _GENERATED},
        "Problem": _PROBLEM,
    }
    document["paths"] = {path: _operations(operations) for path, operations in sorted(document["paths"].items())}
    return document


def _operations(generated: dict[str, Any]) -> dict[str, Any]:
    operations = {method: generated[method] for method in _METHODS if method in generated}
    return {
        method: operation | {"responses": _responses(operation["responses"], operation.get("tags"))}
        for method, operation in operations.items()
    }


def _responses(generated: dict[str, Any], tags: list[str] | None) -> dict[str, Any]:
    good = {
        code: response | {"description": _DESCRIPTIONS[code]}
        for code, response in generated.items()
        if code in _DESCRIPTIONS
    }
    if "202" in good and tags == ["Posts"]:
        good["200"] = good["202"] | {"description": "The post that has this external_id already"}
    problem = {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {**good, "default": {"description": "A problem, named by its `type`", "content": problem}}


def _hashes(page: str) -> str:
    """The scripts of the page, for its content policy: it runs no others, and calls only this API."""
    hashes = (b64encode(sha256(script.encode()).digest()).decode() for script in _SCRIPT.findall(page))
    return " ".join(f"'sha256-{one}'" for one in hashes)


def _page(document: str) -> str:
    """Powertools' page with its scripts inside; `</` in the document would end the script around it."""
    parts = files(swagger_ui)
    script = parts.joinpath("swagger-ui-bundle.min.js").read_text(encoding="utf-8")
    style = parts.joinpath("swagger-ui.min.css").read_text(encoding="utf-8")
    page = swagger_ui.generate_swagger_html(document.replace("</", "<\\/"), "", style, "", None)
    for original, replacement in _REPLACEMENTS.items():
        page = page.replace(original, replacement)
    return page.replace("<script></script>", f"<script>{script}</script>")
