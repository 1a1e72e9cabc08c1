"""Checks calls against an OpenAPI description: whether it knows what was sent, whether what came back has its shape."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

_ANY = "urn:description"
_OLDER_PARAMETERS = {"tweet.fields", "expansions"}
"""Where the older dialect, which the description leaves out, has names of its own."""
_OLDER_NAMES = {
    "edit_history_tweet_ids": "edit_history_post_ids",
    "note_tweet": "note_post",
    "referenced_tweets": "referenced_posts",
    "retweet_count": "repost_count",
    "total_tweet_count": "total_post_count",
    "tweets": "posts",
}
_COUNTED = {"start", "end", "tweet_count"}
"""The names in a row of counts; a trend has its `tweet_count` in the description as well."""


class Description:
    """An OpenAPI description, read from `path`."""

    def __init__(self, path: Path) -> None:
        self._document: dict[str, Any] = json.loads(path.read_text("utf-8"))
        resource = Resource.from_contents(_as_json_schema(self._document), default_specification=DRAFT202012)
        self._registry: Registry[Any] = Registry().with_resource(_ANY, resource)

    def complaints(self, response: requests.Response, *, older: bool = False) -> list[str]:
        """What the description has against this exchange; `older` overlooks the names of the older dialect."""
        method, path = str(response.request.method), urlsplit(str(response.request.url)).path
        _, operation, _ = self._operation(method, path)
        schema = self._answer_schema(operation, response.status_code, response.headers["content-type"])
        body = _newer(response.json()) if older else response.json()
        found = [f"{method} {path} {response.status_code}: {line}" for line in self._check(schema, body)]
        return self.complaints_about_call(response.request, older=older) + found

    def complaints_about_call(self, request: requests.PreparedRequest, *, older: bool = False) -> list[str]:
        """What the description has against what was sent."""
        path, operation, parts = self._operation(str(request.method), urlsplit(str(request.url)).path)
        return self._sent(f"{request.method} {path}", operation, request, parts, older=older)

    def _operation(self, method: str, path: str) -> tuple[str, Mapping[str, Any], dict[str, str]]:
        matches = []
        for template, operations in self._document["paths"].items():
            parts = _match(template, path)
            if parts is not None and method.lower() in operations:
                matches.append((len(parts), template, operations[method.lower()], parts))
        _, template, operation, parts = min(matches, key=lambda found: found[0])
        return template, operation, parts

    def _sent(
        self,
        where: str,
        operation: Mapping[str, Any],
        request: requests.PreparedRequest,
        parts: dict[str, str],
        *,
        older: bool,
    ) -> list[str]:
        known = {entry["name"]: entry for entry in map(self._resolve, operation.get("parameters", []))}
        sent = dict(parse_qsl(urlsplit(str(request.url)).query, keep_blank_values=True)) | parts
        found = [
            f"{where}: {name} is missing" for name, entry in known.items() if entry["required"] and name not in sent
        ]
        for name, value in sent.items():
            if older and name in _OLDER_PARAMETERS:
                continue
            if name not in known:
                found.append(f"{where}: {name} is not known")
                continue
            schema = known[name]["schema"]
            found += [f"{where}: {name}: {line}" for line in self._check(schema, _typed(schema, value))]
        if request.body:
            schema = operation["requestBody"]["content"]["application/json"]["schema"]
            found += [f"{where}: {line}" for line in self._check(schema, json.loads(request.body))]
        return found

    def _answer_schema(self, operation: Mapping[str, Any], status: int, content_type: str) -> Any:
        answers = operation["responses"]
        content = answers.get(str(status), answers["default"])["content"]
        return content[content_type.partition(";")[0]]["schema"]

    def _resolve(self, entry: dict[str, Any]) -> dict[str, Any]:
        if "$ref" not in entry:
            return entry
        node: Any = self._document
        for step in entry["$ref"].removeprefix("#/").split("/"):
            node = node[step]
        return dict(node)

    def _check(self, schema: Any, value: Any) -> list[str]:
        validator = Draft202012Validator(_as_json_schema(schema, base=_ANY), registry=self._registry)
        return [
            f"{'.'.join(map(str, error.absolute_path))}: {error.message[:300]}"
            for error in validator.iter_errors(value)
        ]


def _match(template: str, path: str) -> dict[str, str] | None:
    wanted, given = template.split("/"), path.split("/")
    if len(wanted) != len(given):
        return None
    parts = {}
    for want, give in zip(wanted, given, strict=True):
        if want.startswith("{"):
            parts[want[1:-1]] = give
        elif want != give:
            return None
    return parts


def _newer(node: Any) -> Any:
    """An answer in the older dialect, told in the newer one."""
    if isinstance(node, list):
        return [_newer(each) for each in node]
    if isinstance(node, dict):
        if node.keys() == _COUNTED:
            return {"post_count" if key == "tweet_count" else key: value for key, value in node.items()}
        return {_OLDER_NAMES.get(key, key): _newer(value) for key, value in node.items()}
    return node


def _typed(schema: Mapping[str, Any], value: str) -> Any:
    """A parameter's text as the type its schema wants."""
    if schema.get("type") == "array":
        return value.split(",")
    return int(value) if schema.get("type") == "integer" and value.lstrip("-").isdigit() else value


def _as_json_schema(node: Any, base: str = "") -> Any:
    """OpenAPI 3.0 schemas as JSON Schema: `nullable` allows null, and an object has no property beyond its own.

    Problems are left open: X says more in them than is described.
    """
    if isinstance(node, list):
        return [_as_json_schema(each, base) for each in node]
    if not isinstance(node, dict):
        return node
    made = {key: _as_json_schema(value, base) for key, value in node.items()}
    if isinstance(made.get("$ref"), str) and made["$ref"].startswith("#"):
        made["$ref"] = base + made["$ref"]
    properties = made.get("properties")
    if made.get("type") == "object" and isinstance(properties, dict) and "detail" not in properties:
        made.setdefault("additionalProperties", False)
    if node.get("nullable") is True and isinstance(made.get("type"), str):
        made["type"] = [made["type"], "null"]
    return made
