"""`dorothy read`: how the desk would understand a text."""

import sys
from collections.abc import Callable, Iterable
from io import TextIOWrapper
from typing import Annotated

import typer

from desk.brand import Brand
from desk.reader import Reader
from desk.reading import Reading
from local.brand.load import DESK_FILE
from local.cli.brand_reader import brand_and_reader
from local.cli.errors import UserError
from local.cli.options import DeskOption
from local.cli.reading_lines import Asked, BadLine, answer_line, asked_line, asked_text, lines_of

Texts = Annotated[list[str] | None, typer.Argument(help="Texts to read; by default, lines from stdin.")]
Explain = Annotated[bool, typer.Option("--explain", help="Print sentences instead of JSON.")]

type Answer = Callable[[Asked, Reading], None]


def read(texts: Texts = None, desk: DeskOption = DESK_FILE, explain: Explain = False) -> None:
    """Read texts as the desk would: kind, need, department, urgency and why, one JSON line each.

    Lines on stdin are texts or JSON objects with a key "text"; other keys are passed through, and "author", "author_id"
    and "media" are used. An invalid line is reported on stderr, the others are read, and the exit code
    is 1. Each line is answered before the next one is read.
    """
    if not texts and (sys.stdin is None or sys.stdin.isatty()):
        raise UserError("Give texts as arguments, or lines on stdin.", exit_code=2)
    brand, reader = brand_and_reader(desk)
    answer = _explaining(brand) if explain else _as_json(brand)
    if texts:
        for asked in map(asked_text, texts):
            answer(asked, reader.read(asked.mention))
    else:
        read_lines(reader, lines_of(sys.stdin.buffer), answer)


def read_lines(reader: Reader, lines: Iterable[bytes], answer: Answer) -> None:
    """Answer each line before reading the next, in constant memory. Raises UserError at the end if one was bad."""
    bad = 0
    for number, line in enumerate(lines, start=1):
        try:
            asked = asked_line(line)
        except BadLine as exc:
            bad += 1
            typer.echo(f"Line {number} {exc}.", err=True)
            continue
        if asked is not None:
            answer(asked, reader.read(asked.mention))
    if bad:
        raise UserError(f"{bad} line{'s' if bad > 1 else ''} could not be read; the others were.")


def _as_json(brand: Brand) -> Answer:
    """Write and flush, so that lines fed one by one are answered at once."""

    def answer(asked: Asked, reading: Reading) -> None:
        sys.stdout.buffer.write(answer_line(asked, reading, brand).encode() + b"\n")
        sys.stdout.flush()

    return answer


def _explaining(brand: Brand) -> Answer:
    from rich.console import Console  # noqa: PLC0415 - it takes time that lines for machines should not

    from local.cli.explained import explained  # noqa: PLC0415 - as above

    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal that knows no Korean shows question marks
    console = Console(highlight=False, soft_wrap=True)
    return lambda asked, reading: console.print(explained(asked.mention.post.text, reading, brand))
