"""`dorothy compile`: desk.yaml into what the functions load."""

from pathlib import Path
from typing import Annotated

import typer

from desk.brand import COMPILED, load_brand
from local.brand.compile import compile_file
from local.brand.load import DESK_FILE
from local.cli.options import DeskOption
from local.cli.untrained import untrained

OutOption = Annotated[Path, typer.Option("--out", help="The file to write.", show_default="functions/desk/brand.json")]


def compile_desk(desk: DeskOption = DESK_FILE, out: OutOption = COMPILED) -> None:
    """Compile desk.yaml into the brand.json that the functions load."""
    compile_file(desk, out)
    typer.echo(f"{out} is written.", err=True)
    if warning := untrained(load_brand(out), desk):
        typer.echo(warning, err=True)
