"""How large a built function is: a cold start fetches and unpacks all of it."""

import sys
import zipfile
from io import BytesIO
from pathlib import Path

LIMIT = 12_000_000
"""Bytes that a package may have, zipped, the AWS SDK left out; docs/decisions/0024 says why."""

SDK = frozenset({"boto3", "botocore", "s3transfer"})
"""What Lambda's own image already contains, so that it is counted separately."""


def zipped_size(built: Path, *, without: frozenset[str] = SDK) -> int:
    """Bytes of the folder as a deployment zips it, less the top-level folders named (and their *.dist-info)."""
    archive = BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as zipped:
        for file in sorted(built.rglob("*")):
            name = file.relative_to(built)
            if file.is_file() and name.parts[0].split("-")[0] not in without:
                zipped.write(file, name)
    return len(archive.getvalue())


def main(folders: list[str]) -> int:
    """Print each folder's size; 1 when one is over the limit."""
    sizes = {Path(folder).name: zipped_size(Path(folder)) for folder in folders}
    for name, size in sizes.items():
        sys.stdout.write(f"{name}: {size / 1e6:.1f} MB zipped without the AWS SDK (at most {LIMIT / 1e6:.0f})\n")
    return int(not sizes or max(sizes.values()) > LIMIT)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
