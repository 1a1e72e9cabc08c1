"""The template's parameters, all derived from desk.yaml: nobody types them, and nobody sets them elsewhere."""

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from local.brand.model import Desk
from local.brand.proposal import account_notes
from local.brand.shapes import STACKS

ROOT = Path(__file__).parents[2]
TEMPLATE = ROOT / "infra" / "template.yaml"
SAMCONFIG = ROOT / "samconfig.toml"

_TRIED_AGAIN = 3
"""In how many hours after the first one feedback is mailed that could not be mailed before."""
_LAST_HOUR = 23


class Drift(Exception):
    """Something besides desk.yaml decides, or cannot take, what desk.yaml decides; one sentence a line."""


def parameters_of(desk: Desk) -> dict[str, str]:
    """Every parameter of the template that the brand decides, as text, as CloudFormation requires."""
    return {
        "Departments": ",".join(desk.departments),
        "DeskTimezone": desk.brand.timezone,
        "LogRetentionDays": str(desk.retention.log_days),
        "Tracing": "Active" if desk.tracing else "Disabled",
        "GreetingAt": _minute_and_hour(_earlier(desk.greeting_time, desk.greeting_draft_minutes)),
        "MorningDigestAt": _minute_and_hour(desk.digest.morning),
        "EveningDigestAt": _minute_and_hour(desk.digest.evening),
        "FeedbackMailsAt": _minute_and_hours(desk.digest.morning),
        "ApiDomain": desk.api.domain if desk.api else "",
        "ApiCertificateArn": desk.api.certificate if desk.api else "",
        "SignInIssuer": desk.console.issuer or "",
        "SignInClientId": desk.console.client_id or "",
        "SignInDomainPrefix": desk.console.domain_prefix or stack_name(desk),
    }


def stack_name(desk: Desk) -> str:
    """What the brand's stack is called on AWS."""
    return f"{STACKS}{desk.brand.key}"


def checked_parameters(desk: Desk, template: Path = TEMPLATE, samconfig: Path = SAMCONFIG) -> dict[str, str]:
    """The parameters for a deployment; raises Drift when the template or samconfig.toml does not fit them.

    A template must declare each of them, allow its value and have a default for all others; samconfig.toml, which is
    optional, may set none of them. OSError when the template cannot be read.
    """
    derived = parameters_of(desk)
    faults = _misfits(derived, declared_parameters(template.read_text(encoding="utf-8")), template.name)
    if samconfig.exists():
        faults += _set_elsewhere(derived, samconfig)
    faults += account_notes(desk)
    if faults:
        raise Drift("\n".join(faults))
    return derived


def drift(derived: Mapping[str, str], deployed: Mapping[str, str], place: str) -> list[str]:
    """One sentence for each parameter that a stack, called `place`, was given differently from desk.yaml."""
    return [
        f"{place} has {name} {deployed.get(name)!r}, desk.yaml says {value!r}."
        for name, value in derived.items()
        if deployed.get(name) != value
    ]


def declared_parameters(template: str) -> dict[str, dict[str, Any]]:
    """The template's section Parameters; its tags (`!Sub` and the like) are only in other sections."""
    return template_section(template, "Parameters")


def template_section(template: str, name: str) -> dict[str, Any]:
    """A section of the template by its entries' names, without tags: `!GetAtt DeskTable.Arn` is `DeskTable.Arn`."""
    sections = _sections(template)
    found = _plain(sections[name]) if name in sections else {}
    return found if isinstance(found, dict) else {}


def template_resources(template: str, kind: str) -> dict[str, dict[str, Any]]:
    """The properties of the template's resources of a type, by logical id, in its order; without tags, as above."""
    return {
        logical: resource.get("Properties", {})
        for logical, resource in template_section(template, "Resources").items()
        if isinstance(resource, dict) and resource.get("Type") == kind
    }


@lru_cache(maxsize=2)
def _sections(template: str) -> dict[str, Node]:
    """Kept, because reading the whole template takes a second and a command asks several times."""
    root = YAML(typ="safe", pure=True).compose(template)
    return {key.value: value for key, value in root.value} if isinstance(root, MappingNode) else {}


def _minute_and_hour(clock: str) -> str:
    """`HH:MM` as a cron expression begins."""
    hour, minute = clock.split(":")
    return f"{int(minute)} {int(hour)}"


def _earlier(clock: str, minutes: int) -> str:
    """`HH:MM` so many minutes earlier on the same day."""
    hour, minute = map(int, clock.split(":"))
    at = max(0, hour * 60 + minute - minutes)
    return f"{at // 60:02}:{at % 60:02}"


def _minute_and_hours(clock: str) -> str:
    """`HH:MM` and the same minute of the next hours of that day, as a cron expression begins."""
    hour, minute = map(int, clock.split(":"))
    return f"{minute} {hour}-{min(hour + _TRIED_AGAIN, _LAST_HOUR)}"


def _plain(node: Node) -> Any:
    if isinstance(node, MappingNode):
        return {key.value: _plain(value) for key, value in node.value}
    if isinstance(node, SequenceNode):
        return [_plain(item) for item in node.value]
    return node.value if isinstance(node, ScalarNode) else None


def _misfits(derived: Mapping[str, str], declared: Mapping[str, dict[str, Any]], place: str) -> list[str]:
    unknown = [f"{place} does not declare {name}, which desk.yaml decides." for name in derived if name not in declared]
    refused = [
        f"{place} does not allow {name} to be {value!r}."
        for name, value in derived.items()
        if value not in declared.get(name, {}).get("AllowedValues", [value])
    ]
    undecided = [
        f"{place} requires {name}, which desk.yaml does not decide and which has no default."
        for name, entry in declared.items()
        if name not in derived and "Default" not in entry
    ]
    return unknown + refused + undecided


def _set_elsewhere(derived: Mapping[str, str], samconfig: Path) -> list[str]:
    try:
        config = tomllib.loads(samconfig.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as exc:
        return [f"{samconfig.name} is not TOML: {exc}."]
    return [
        f"{samconfig.name} sets {name} in {place}, which only desk.yaml may decide."
        for place, overrides in _overrides(config, "")
        for name in derived
        if any(f"{name}=" in part or f"ParameterKey={name}," in part for part in overrides)
    ]


def _overrides(config: Mapping[str, Any], place: str) -> list[tuple[str, list[str]]]:
    """Every `parameter_overrides` below, with its place; SAM accepts a text or a list."""
    found: list[tuple[str, list[str]]] = []
    for key, value in config.items():
        here = f"{place}.{key}".removeprefix(".")
        if key == "parameter_overrides":
            found.append((here, value.split() if isinstance(value, str) else [str(part) for part in value]))
        elif isinstance(value, dict):
            found += _overrides(value, here)
    return found
