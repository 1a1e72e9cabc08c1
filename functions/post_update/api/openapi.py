"""The API's own description: `/openapi.json`, and `/docs` for people. Made when it is asked for, which is rare."""

import json
import re
from base64 import b64encode
from hashlib import sha256
from importlib.resources import files
from typing import Any

from aws_lambda_powertools.event_handler.api_gateway import ApiGatewayResolver, Response
from aws_lambda_powertools.event_handler.openapi import swagger_ui
from aws_lambda_powertools.event_handler.openapi.models import HTTPBearer, Server, Tag

from post_update.api.app import routes_of
from post_update.api.http import CONTENT_TYPE

_ABOUT = (
    "Queue posts for the brand's X account, see what became of them, pause the desk; see who waits, and answer. "
    "Every call but this page needs `Authorization: Bearer <token>`. "
    "A request that fails is answered with an RFC 9457 problem, but for what only API Gateway can answer "
    "(413, 429 and 5xx with nothing but a `message`)."
)
_TITLE = "The brand's desk on X"
_TAGS = {
    "Posts": "What the brand is to say.",
    "Cases": "Who waits for an answer. Seeing and answering them need a token that may.",
    "Pause": "Whether the desk speaks at all. Pausing and resuming need a token that may.",
}
_METHODS = ("post", "get", "put", "delete")
"""In the order in which people read of them."""
_DESCRIPTIONS = {"202": "Accepted: it is stored and will not get lost", "200": "As it stands now"}
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
        "earlier": {"type": "string", "description": "Of the same text: the post that has it already."},
        "state": {"type": "string", "description": "Of what comes too late: where the post stands."},
        "reason": {"type": "string", "description": "Of an answer that may not go out: why, in one word."},
        "version": {"type": "integer", "description": "Of a case that has changed since it was read: where it is now."},
    },
    "examples": [
        {
            "type": "urn:dorothy:problem:bad-fields",
            "title": "Unprocessable Content",
            "status": 422,
            "detail": "Correct the fields listed in errors.",
            "errors": [{"field": "url", "detail": "is needed for a title"}],
        }
    ],
}
_OURS = {
    "<html>": '<html lang="en">',
    "<title>Swagger UI</title>": f'<title>{_TITLE}</title>\n    <meta name="viewport" content="width=device-width">',
    'currentUrl.pathname + "?format=json"': '"/openapi.json"',
    "filter: true": "filter: false",
}
"""What powertools has no setting for: names, a page for phones, and the document's address."""
_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_FRAMELESS = {"X-Frame-Options": "DENY", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}

_GENERATED = ("HTTPValidationError", "ValidationError", "ResponseValidationError")
"""What powertools says of errors, which are no problems of ours."""


def add_documents(app: ApiGatewayResolver) -> None:
    """Have both in this resolver. The page brings its scripts with it and asks no third party for anything."""
    document = json.dumps(_document(app), ensure_ascii=False)
    page = _page(document)
    headers = _FRAMELESS | {"Content-Security-Policy": _policy(page)}

    @app.get("/openapi.json", include_in_schema=False)
    def openapi() -> Response[str]:
        return Response(200, "application/json", document)

    @app.get("/docs", include_in_schema=False, compress=True)
    def docs() -> Response[str]:
        return Response(200, "text/html; charset=utf-8", page, headers=dict(headers))


def _document(app: ApiGatewayResolver) -> dict[str, Any]:
    for route in routes_of(app):
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
        good["200"] = good["202"] | {"description": "The post of this external_id, as it stands; nothing new was made"}
    problem = {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {**good, "default": {"description": "A problem: `type` says which", "content": problem}}


def _policy(page: str) -> str:
    """The page runs the scripts that are in it and no other, and calls nobody but this API."""
    hashes = (b64encode(sha256(script.encode()).digest()).decode() for script in _SCRIPT.findall(page))
    scripts = " ".join(f"'sha256-{one}'" for one in hashes)
    return (
        f"default-src 'none'; script-src {scripts}; style-src 'unsafe-inline'; img-src data:; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


def _page(document: str) -> str:
    """Powertools' page with its own scripts in it; `</` would end the script that the document stands in."""
    parts = files(swagger_ui)
    script = parts.joinpath("swagger-ui-bundle.min.js").read_text(encoding="utf-8")
    style = parts.joinpath("swagger-ui.min.css").read_text(encoding="utf-8")
    page = swagger_ui.generate_swagger_html(document.replace("</", "<\\/"), "", style, "", None)
    for theirs, ours in _OURS.items():
        page = page.replace(theirs, ours)
    return page.replace("<script></script>", f"<script>{script}</script>")
