"""The arguments of `sam deploy`, and what prevents a deployment.

desk.yaml is the only truth. Every deployment leaves a fingerprint of its parameters in a tag of the stack. Later the
stack's parameters either still have that fingerprint, and desk.yaml may change them, or somebody edited them by hand,
and deploying would silently undo it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from desk.links import X_SITE
from desk.x.parsing import PICTURE_SITES
from local.brand.compile import compiled_text
from local.brand.model import Desk
from local.brand.parameters import checked_parameters, stack_name
from local.deployed.errors import DeployedError, DriftError
from local.deployed.stack import Stack

BUILT = Path(__file__).parents[2] / ".aws-sam" / "build" / "PollMentions" / "desk" / "brand.json"
"""The compiled brand inside what was built; every function has the same."""

PARAMETERS_TAG = "dorothy-parameters"
DESK_TAG = "dorothy-desk"

RELEASE = "Release"
"""The one parameter that desk.yaml does not decide."""

_NOT_OF_THE_BRAND = {
    "XApiUrl": "https://api.x.com",
    "XSiteUrl": X_SITE,
    "ApiUrl": "",
    "ImageSources": " ".join(PICTURE_SITES),
    "FetchExceptions": "",
}
_FINGERPRINT_LENGTH = 16
_ONLY_TO_BE_DELETED = frozenset({"ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "DELETE_FAILED"})


@dataclass(frozen=True, slots=True)
class Deployment:
    """Name, parameters and tags of the stack, as desk.yaml decides them, and the release, which it does not decide."""

    stack: str
    parameters: dict[str, str]
    tags: dict[str, str]
    release: str = ""

    def arguments(self) -> list[str]:
        """Arguments of `sam deploy`, none of which contains a line break.

        Values are in quotes: SAM's own parser takes a bare one up to its first blank, without a word, and no empty one.
        """
        return [
            "--stack-name",
            self.stack,
            "--parameter-overrides",
            *(f'{name}="{value}"' for name, value in {**self.parameters, RELEASE: self.release}.items()),
            "--tags",
            *(f"{name}={value}" for name, value in self.tags.items()),
        ]


def deployment_of(desk: Desk, *, year: int, release: str = "") -> Deployment:
    """The deployment that desk.yaml describes: all parameters of the template, so that none keeps an earlier value.

    Raises `local.brand.parameters.Drift` when template or samconfig.toml do not fit.
    """
    hash_ = fingerprint({"desk": compiled_text(desk, year=year)})
    parameters = checked_parameters(desk) | _NOT_OF_THE_BRAND | {"DeskHash": hash_}
    return Deployment(
        stack=stack_name(desk),
        parameters=parameters,
        tags={PARAMETERS_TAG: fingerprint(parameters), DESK_TAG: hash_},
        release=release,
    )


def fingerprint(values: Mapping[str, str]) -> str:
    """A few letters that differ as soon as any of the values does; the order does not matter."""
    return sha256(repr(sorted(values.items())).encode()).hexdigest()[:_FINGERPRINT_LENGTH]


def refuse_stale_build(desk: Desk, built: Path = BUILT, *, year: int) -> None:
    """Raise DriftError when what was built does not hold this desk.yaml."""
    if not built.exists() or built.read_text(encoding="utf-8") != compiled_text(desk, year=year):
        raise DriftError("What was built is not what desk.yaml says now; run `make build` and deploy that.")


def refuse_dead_stack(stack: Stack | None) -> None:
    """Raise DeployedError when CloudFormation would take no update of the stack, since its first deployment failed."""
    if stack is not None and stack.status in _ONLY_TO_BE_DELETED:
        raise DeployedError(
            f"The stack {stack.name} is {stack.status} and can only be deleted; docs/releases.md says how, under "
            "'A deployment that fails'."
        )


def refuse_domain_without_stage(deployment: Deployment, stack: Stack | None) -> None:
    """Raise DeployedError when the domain would be mapped to a stage that the same deployment still has to make.

    Nothing in the template orders the two. A stack with outputs was finished once, so it has its stage.
    """
    if deployment.parameters["ApiDomain"] and (stack is None or "ApiUrl" not in stack.outputs):
        raise DeployedError(
            "A custom domain comes with the second deployment: deploy without `api` in desk.yaml first, then put it "
            "back and deploy again."
        )


def refuse_edited_stack(deployment: Deployment, stack: Stack | None) -> None:
    """Raise DriftError when somebody changed the stack's parameters since they were last deployed from a desk.yaml."""
    if stack is None:
        return
    deployed = {name: value for name, value in stack.parameters.items() if name != RELEASE}
    if deployed == deployment.parameters or stack.tags.get(PARAMETERS_TAG) == fingerprint(deployed):
        return
    differing = ", ".join(
        f"{name} is {deployed.get(name)!r} and would become {deployment.parameters.get(name)!r}"
        for name in sorted(deployment.parameters.keys() | deployed.keys())
        if deployed.get(name) != deployment.parameters.get(name)
    )
    raise DriftError(
        f"The parameters of {stack.name} were edited by hand ({differing}); put the intended values into desk.yaml, "
        "then deploy with DOROTHY_OVERWRITE=1."
    )
