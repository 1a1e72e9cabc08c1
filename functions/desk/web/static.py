"""Static files, under names that change with their content, to be cached for good."""

import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path

from desk.web.request import Request
from desk.web.response import Response, packed

SHARED = Path(__file__).parents[1] / "assets"
"""The stylesheets and scripts that several pages share."""

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}
_COMMENTS = {
    ".js": re.compile(rb"^ *//.*\n", re.MULTILINE),
    ".css": re.compile(rb"^ */\*.*?\*/\n", re.MULTILINE | re.DOTALL),
}
"""Comments that have lines of their own: a seventh of what the scripts and styles weigh over the wire."""
_DIGITS = 10
_FOREVER = "public, max-age=31536000, immutable"


class StaticFiles:
    """The scripts, styles and pictures in some folders, below the path `root`."""

    def __init__(self, root: str, folders: Sequence[Path]) -> None:
        self._root = root
        paths = [path for folder in folders for path in sorted(folder.rglob("*"))]
        self._by_name = {path.name: path for path in paths if path.suffix in _TYPES}

    @cached_property
    def _names(self) -> Mapping[str, str]:
        return {name: _hashed(path) for name, path in self._by_name.items()}

    @cached_property
    def version(self) -> str:
        """Another one as soon as any of the files is."""
        return sha256(" ".join(sorted(self._names.values())).encode()).hexdigest()[:_DIGITS]

    def url(self, name: str) -> str:
        """The path of a file; raises KeyError for an unknown one."""
        return f"{self._root}/{self._names[name]}"

    def response(self, request: Request) -> Response:
        """The file of the request's path, without comments, compressed, to be cached for good. 404 for any other path.

        Only files are compressed, not pages: what a page quotes of a request could tell its token by its length.
        """
        asked = request.path.rpartition("/")[2]
        name = next((name for name, hashed in self._names.items() if hashed == asked), None)
        if name is None:
            return Response(HTTPStatus.NOT_FOUND)
        path = self._by_name[name]
        headers = {"content-type": _TYPES[path.suffix], "cache-control": _FOREVER}
        found = Response(HTTPStatus.OK, _sent(path), headers)
        return found if path.suffix == ".png" else packed(found, request.headers.get("accept-encoding", ""))


def _sent(path: Path) -> bytes:
    """What is sent of the file. That of a library stays as it is, with its licence."""
    content, comments = path.read_bytes(), _COMMENTS.get(path.suffix)
    return comments.sub(b"", content) if comments and ".min." not in path.name else content


def _hashed(path: Path) -> str:
    digest = sha256(path.read_bytes()).hexdigest()[:_DIGITS]
    return f"{path.stem}.{digest}{path.suffix}"
