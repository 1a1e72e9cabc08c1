"""The size of what is deployed, zipped, with and without the boto3 that Lambda could bring itself."""

from pathlib import Path

from local.deployed.package import zipped_size

PACKAGES = ("RouteInquiry", "PostUpdate", "AnswerCase", "OperatorConsole", "ChaseCases")
"""One of each of the packages."""


def zipped_bytes(build: Path) -> dict[str, dict[str, int]]:
    """Bytes of the zipped packages, whole and without boto3; the build must be there (`make build`)."""
    return {
        name: {
            "whole": zipped_size(build / name, without=frozenset()),
            "without_boto3": zipped_size(build / name),
        }
        for name in PACKAGES
    }
