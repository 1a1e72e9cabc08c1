"""Templates of pages. Only functions that render pages import this module, since it imports jinja2."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from desk.web.static import SHARED


@cache
def templates_in(folder: Path) -> Environment:
    """The templates of a folder and what all pages share. Values are escaped, and a missing value is an error.

    Cached, since compiling the templates takes longer than rendering a page.
    """
    return Environment(
        loader=FileSystemLoader([folder, SHARED]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
