"""One boundary for every command: an error that a person can fix is one sentence on stderr, never a traceback.

Exit codes: 1 for what is wrong with the input or the world, 2 for a command that was given wrongly (typer's own).
"""

from typing import Any, override

import typer
from typer.core import TyperGroup

from desk.errors import DeskError
from local.brand.live import InvalidSettings
from local.brand.parameters import Drift
from local.brand.problems import DeskFileError


class UserError(Exception):
    """An error that the user can fix; its message is the sentence that they read."""

    def __init__(self, sentence: str, *, exit_code: int = 1) -> None:
        super().__init__(sentence)
        self.exit_code = exit_code


class PoliteGroup(TyperGroup):
    """The group of all commands; any other exception than these is a bug and keeps its traceback."""

    @override
    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except UserError as exc:
            _tell(str(exc))
            raise typer.Exit(exc.exit_code) from exc
        except (DeskError, DeskFileError, Drift, InvalidSettings) as exc:
            _tell(str(exc))
            raise typer.Exit(1) from exc
        except BrokenPipeError:
            raise  # typer ends quietly when the reader of our output went away
        except OSError as exc:
            _tell(f"{exc.filename or 'The system says'}: {exc.strerror or exc}")
            raise typer.Exit(1) from exc


def _tell(sentence: str) -> None:
    typer.echo(sentence, err=True)
