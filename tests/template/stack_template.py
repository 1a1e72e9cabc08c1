"""infra/template.yaml as CloudFormation sees it: tags in their long form, Fn::ForEach unrolled, SAM translated."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from samtranslator.translator.transform import transform

ROOT = Path(__file__).parents[2]
TEMPLATE = ROOT / "infra" / "template.yaml"
DEPARTMENTS = ("billing", "network-kr", "operator")

_FIND = re.compile(r'\{"Fn::FindInMap": \["(\w+)", "(\w+)", "(\w+)"\]\}')

type Resources = dict[str, dict[str, Any]]


class _NoPoliciesOfAws:
    def load(self) -> dict[str, str]:
        return {}


@cache
def _read(path: Path) -> str:
    """The template as JSON: parsing that is the fastest way to a copy that a test may change."""
    return json.dumps(_plain(YAML(typ="rt", pure=True).compose(path.read_text(encoding="utf-8"))))


def template() -> dict[str, Any]:
    """As written, but for tags."""
    told: dict[str, Any] = json.loads(_read(TEMPLATE))
    return told


def unrolled(departments: tuple[str, ...] = DEPARTMENTS) -> dict[str, Any]:
    """With a topic for each department and a log group for each function.

    Resources that fall onto one logical id are an error, as in CloudFormation.
    """
    told = template()
    resources: Resources = {}
    for logical, resource in told["Resources"].items():
        if not logical.startswith("Fn::ForEach::"):
            resources[logical] = resource
            continue
        variable, values, body = resource
        for each in departments if values == {"Ref": "Departments"} else values:
            for pattern, one in body.items():
                key = _filled(pattern.replace(f"&{{{variable}}}", each.replace("-", "")), variable, each)
                assert key.isalnum(), f"{key} is no logical id"
                assert key not in resources, f"{key} stands for two"
                resources[key] = json.loads(_looked_up(_filled(json.dumps(one), variable, each), told["Mappings"]))
    return {**told, "Resources": resources}


def _filled(text: str, variable: str, value: str) -> str:
    return text.replace(f"${{{variable}}}", value).replace(json.dumps({"Ref": variable}), json.dumps(value))


def _looked_up(text: str, mappings: dict[str, Any]) -> str:
    """The JSON text with what its Fn::FindInMap find."""
    return _FIND.sub(lambda found: json.dumps(mappings[found[1]][found[2]][found[3]]), text)


def translated(departments: tuple[str, ...] = DEPARTMENTS) -> Resources:
    """The resources that CloudFormation is given in the end."""
    told = unrolled(departments)
    told["Transform"] = "AWS::Serverless-2016-10-31"
    told["Globals"]["Function"]["CodeUri"] = "s3://bucket/code.zip"
    parameters = {name: entry["Default"] for name, entry in told["Parameters"].items()}
    resources: Resources = transform(told, parameters, _NoPoliciesOfAws())["Resources"]
    return resources


def of_type(resources: Resources, kind: str) -> dict[str, dict[str, Any]]:
    """The properties of all resources of a type, by logical id."""
    return {logical: one["Properties"] for logical, one in resources.items() if one["Type"] == kind}


def functions() -> dict[str, dict[str, Any]]:
    """The properties of all functions as written, by logical id."""
    return of_type(unrolled()["Resources"], "AWS::Serverless::Function")


@cache
def folder_of(logical: str) -> str:
    """Where the function's handler is, with dots: `post_update.api`."""
    handler: str = functions()[logical]["Handler"]
    return handler.rsplit(".", 2)[0]


@cache
def service_of(logical: str) -> str:
    """What the function is called in metrics and logs."""
    name: str = functions()[logical]["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"]["Fn::Sub"]
    return name.removeprefix("${AWS::StackName}-")


def listed(value: Any) -> list[Any]:
    """What CloudFormation takes one of, or a list."""
    return value if isinstance(value, list) else [value]


def target_of(value: Any) -> str:
    """The logical id that a Ref, a GetAtt or a Sub's beginning points to; empty when it is none of them."""
    if isinstance(value, dict) and isinstance(value.get("Fn::Sub"), str):
        found = re.match(r"\$\{(\w+)(\.\w+)?\}", value["Fn::Sub"])
        return found[1] if found else ""
    if isinstance(value, dict) and "Ref" in value:
        return str(value["Ref"])
    if isinstance(value, dict) and "Fn::GetAtt" in value:
        return str(value["Fn::GetAtt"][0])
    return ""


def _plain(node: Node) -> Any:
    value: Any = _untagged(node)
    tag = str(node.tag)
    if not tag.startswith("!") or tag == "!":
        return value
    if tag == "!Ref":
        return {"Ref": value}
    if tag == "!GetAtt":
        return {"Fn::GetAtt": value.split(".", 1) if isinstance(value, str) else value}
    return {f"Fn::{tag[1:]}": value}


def _untagged(node: Node) -> Any:
    if isinstance(node, MappingNode):
        return {str(key.value): _plain(one) for key, one in node.value}
    if isinstance(node, SequenceNode):
        return [_plain(one) for one in node.value]
    assert isinstance(node, ScalarNode)
    plain = str(node.tag)
    if plain.endswith(":int"):
        return int(node.value)
    if plain.endswith(":bool"):
        return node.value == "true"
    return node.value
