"""The source root as a package for Lambda, built in memory."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

FUNCTIONS = Path(__file__).parents[2] / "functions"
_BRAND = "desk/brand.json"
_LONG_AGO = (1980, 1, 1, 0, 0, 0)


def package(brand_json: str, instead: Mapping[str, str] = MappingProxyType({}), root: Path = FUNCTIONS) -> bytes:
    """A zip of the source root with this compiled brand in it, the same bytes for the same sources.

    `instead` holds texts of files that take the place of the source root's own.
    """
    files = {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    files |= {name: text.encode() for name, text in {**instead, _BRAND: brand_json}.items()}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name, _LONG_AGO), files[name], zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
