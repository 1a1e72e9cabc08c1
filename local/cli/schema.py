"""`dorothy schema`: the JSON Schema of desk.yaml, for editors."""

from pathlib import Path
from typing import Annotated

import typer

from local.brand.schema import schema_text

OutOption = Annotated[Path | None, typer.Option("--out", help="A file to write; by default, the schema is printed.")]


def schema(out: OutOption = None) -> None:
    """Print the JSON Schema of desk.yaml; docs/desk.schema.json has it for editors."""
    if out is None:
        typer.echo(schema_text(), nl=False)
        return
    out.write_text(schema_text(), encoding="utf-8")
    typer.echo(f"{out} is written.", err=True)
