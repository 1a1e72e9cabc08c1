"""The size of what is deployed, zipped, without the boto3 that Lambda could bring itself."""

import zipfile
from pathlib import Path

BOTO3 = ("boto3", "botocore", "s3transfer", "jmespath")


def zipped_bytes(build: Path, archive: Path) -> dict[str, int]:
    """Bytes of the zipped package, whole and without boto3; the build must be there (`make build`)."""
    package = next(path for path in sorted(build.iterdir()) if path.is_dir())
    return {
        "whole": _zip(package, archive, skip=()),
        "without_boto3": _zip(package, archive, skip=BOTO3),
    }


def _zip(package: Path, archive: Path, skip: tuple[str, ...]) -> int:
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as target:
        for path in sorted(package.rglob("*")):
            top = path.relative_to(package).parts[0]
            if path.is_file() and top.split("-")[0] not in skip:
                target.write(path, path.relative_to(package))
    return archive.stat().st_size
