"""What is tested is what is deployed: the two lists of pins agree."""

import re

from local.brand.parameters import ROOT
from tests.families import for_each


def pinned(file: str) -> dict[str, str]:
    """Version by package; a package that is only pinned for some platforms counts as well."""
    text = (ROOT / "requirements" / file).read_text(encoding="utf-8")
    return dict(re.findall(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", text, re.MULTILINE))


DEPLOYED, TESTED = pinned("functions.txt"), pinned("dev.txt")


def test_the_lists_of_pins_can_be_read() -> None:
    assert {"boto3", "pydantic", "requests-oauthlib"} <= set(DEPLOYED)


@for_each("package", sorted(DEPLOYED))
def test_a_package_is_deployed_in_the_version_that_the_tests_run(package: str) -> None:
    assert TESTED.get(package) == DEPLOYED[package]
