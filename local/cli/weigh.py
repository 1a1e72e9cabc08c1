"""`dorothy weigh`: how long X says a text is."""

import json
import sys
from collections.abc import Iterable
from typing import Annotated

import typer

from local.cli.errors import UserError

Texts = Annotated[list[str] | None, typer.Argument(help="Texts to weigh; by default, lines from stdin.")]


def weigh(texts: Texts = None) -> None:
    """Weigh texts as X does (280 at most; Hangul, CJK and emoji 2, a URL 23): one JSON line each.

    Texts are normalised to NFC first. A line that is not UTF-8 is reported on stderr, the others are weighed, and
    the exit code is 1. `permillage` is the share of 280 in thousandths; `valid` is whether X takes it.
    """
    if texts:
        for number, text in enumerate(texts, start=1):
            if not text.isprintable() and any("\ud800" <= sign <= "\udfff" for sign in text):
                raise UserError(f"Argument {number} is not UTF-8 text.", exit_code=2)
            _answer(text)
    elif sys.stdin.isatty():
        raise UserError("Give texts as arguments, or lines on stdin.", exit_code=2)
    else:
        _weigh_lines(sys.stdin.buffer)


def _weigh_lines(lines: Iterable[bytes]) -> None:
    bad = 0
    for number, line in enumerate(lines, start=1):
        try:
            text = line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            bad += 1
            typer.echo(f"Line {number} is not UTF-8 text, from its byte {error.start + 1} on.", err=True)
            continue
        _answer(text.removesuffix("\n").removesuffix("\r"))
    if bad:
        raise UserError(f"{bad} line{'s' if bad > 1 else ''} could not be weighed; the others were.")


def _answer(text: str) -> None:
    from desk.x.weight import weigh as weigh_text  # noqa: PLC0415 - its tables take time that `--help` should not

    weight = weigh_text(text)
    row = {
        "text": weight.text,
        "weighted_length": weight.weighted_length,
        "valid": weight.valid,
        "permillage": weight.permillage,
    }
    sys.stdout.buffer.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")
    sys.stdout.flush()
