"""The problems of a desk.yaml, worded so that a clerk finds the place."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing to correct. `line` and `column` count from 1; `key` is dotted, empty for the file as a whole."""

    file: str
    line: int
    column: int
    key: str
    sentence: str

    def __str__(self) -> str:
        """`desk.yaml:12:5 hours.monday: must be like 09:00-18:00.`, as editors and terminals link it."""
        place = f"{self.file}:{self.line}:{self.column}"
        return f"{place} {self.key}: {self.sentence}" if self.key else f"{place} {self.sentence}"


class DeskFileError(Exception):
    """A desk.yaml cannot be used; `problems` are all that were found, in the file's order, at least one."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(map(str, self.problems)))
