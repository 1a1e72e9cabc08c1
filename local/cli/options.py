"""Options that several commands have."""

from pathlib import Path
from typing import Annotated

import typer

DeskOption = Annotated[Path, typer.Option("--desk", help="The brand's desk.yaml.", show_default="desk.yaml")]

LocalOption = Annotated[
    bool | None,
    typer.Option(
        "--local/--aws",
        help="Which desk: the one that `dorothy up` runs in this directory, or the stack on AWS. "
        "It has to be said where both can be meant.",
        show_default=False,
    ),
]
