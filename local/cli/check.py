"""`dorothy check`: is desk.yaml right?"""

from pathlib import Path
from typing import Annotated

import typer

from local.brand.load import DESK_FILE, load_desk
from local.brand.proposal import account_notes
from local.brand.teaching import teaching_notes
from local.brand.trial import trial_notes

DeskOption = Annotated[Path, typer.Option("--desk", help="The brand's desk.yaml.", show_default="desk.yaml")]


def check(desk: DeskOption = DESK_FILE) -> None:
    """Check desk.yaml: name file, line, column and key of each mistake, and what is missing for training."""
    loaded = load_desk(desk)
    typer.echo(f"{loaded.brand.name.en} (@{loaded.brand.handle}): {len(loaded.departments)} departments, all well.")
    for note in [*account_notes(loaded), *trial_notes(loaded), *teaching_notes(loaded.departments)]:
        typer.echo(note)
