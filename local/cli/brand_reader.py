"""The brand of a desk.yaml and the reader that its functions would use."""

from pathlib import Path

import typer

from desk.brand import Brand, brand_of
from desk.reader import Reader
from desk.reader.pins import Pinned
from desk.reader.trained_reader import TrainedReader
from local.brand.compile import compile_desk, this_year
from local.brand.load import load_desk
from local.cli.untrained import untrained


def brand_and_reader(desk: Path) -> tuple[Brand, Reader]:
    """Both, as the functions would have them after a build; raises DeskFileError, or UserError for unusable heads.

    Says on stderr if these departments are not trained.
    """
    brand = brand_of(compile_desk(load_desk(desk), year=this_year()))
    warning = untrained(brand, desk)
    if warning:
        typer.echo(warning, err=True)
    return brand, Pinned(TrainedReader(brand), brand.pins)
