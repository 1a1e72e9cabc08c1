"""`dorothy read`: how the desk would understand a text."""

import sys
from collections.abc import Iterable
from typing import Annotated

import typer

from desk.brand import brand_of
from desk.ports.reader import Reader
from desk.reader.words_reader import WordsReader
from local.brand.compile import compile_desk, this_year
from local.brand.load import DESK_FILE, load_desk
from local.cli.check import DeskOption
from local.cli.errors import UserError
from local.cli.reading_lines import Asked, BadLine, answer_line, asked_line, asked_text

Texts = Annotated[list[str] | None, typer.Argument(help="Texts to read; without any, lines are read from stdin.")]


def read(texts: Texts = None, desk: DeskOption = DESK_FILE) -> None:
    """Read texts as the desk would: kind, need, department, urgency and why, one JSON line each.

    Lines on stdin are texts or JSON objects with a key "text"; other keys are passed through. What is no such line is
    told on stderr, the rest is read all the same, and the exit code is 1.
    """
    reader = WordsReader(brand_of(compile_desk(load_desk(desk), year=this_year())))
    if texts:
        for text in texts:
            _answer(reader, asked_text(text))
    elif sys.stdin.isatty():
        raise UserError("Give texts as arguments, or lines on stdin.", exit_code=2)
    else:
        _read_lines(reader, sys.stdin.buffer)


def _read_lines(reader: Reader, lines: Iterable[bytes]) -> None:
    bad = 0
    for number, line in enumerate(lines, start=1):
        try:
            asked = asked_line(line)
        except BadLine as exc:
            bad += 1
            typer.echo(f"Line {number} {exc}.", err=True)
            continue
        if asked is not None:
            _answer(reader, asked)
    if bad:
        raise UserError(f"{bad} line{'s' if bad > 1 else ''} could not be read; the others were.")


def _answer(reader: Reader, asked: Asked) -> None:
    """Write and flush, so that whoever feeds lines one by one gets each answer at once."""
    sys.stdout.buffer.write(answer_line(asked, reader.read(asked.mention)).encode() + b"\n")
    sys.stdout.flush()
