"""A reading as people read it, in the brand's language."""

from rich.text import Text

from desk.brand import Brand
from desk.i18n import phrase
from desk.reader.explain import department_label, reason, sureness
from desk.reading import OPERATOR, Kind, Reading

_COLOURS = {"high": "bold red", "normal": "bold", "low": "dim"}


def explained(text: str, reading: Reading, brand: Brand) -> Text:
    """The text, what was understood of it and why; nothing of it can steer a terminal."""
    lines = Text()
    lines.append(_harmless(text), "cyan")
    lines.append(f"\n  {_harmless(_verdict(reading, brand))}", _COLOURS[reading.urgency])
    lines.append(f"\n  {_details(reading, brand)}", "dim")
    for why in reading.why:
        lines.append(f"\n  - {_harmless(reason(why, reading, brand))}")
    return lines


def _verdict(reading: Reading, brand: Brand) -> str:
    said, department = brand.language, reading.department
    return phrase(
        said,
        "read.verdict",
        urgency=phrase(said, f"urgency.{reading.urgency}"),
        kind=phrase(said, f"kind.{reading.label}"),
        department=department_label(department, brand) if department else phrase(said, "read.nobody"),
    )


def _details(reading: Reading, brand: Brand) -> str:
    """The author's need and language, and the confidence in the department.

    Advertisers want nothing of us, and for what the operator has to decide nothing is claimed.
    """
    said, parts = brand.language, [phrase(brand.language, f"lang.{reading.lang}")]
    if reading.kind is not Kind.JUNK:
        parts.insert(0, phrase(said, "read.wants", need=phrase(said, f"need.{reading.need}")))
    if reading.department != OPERATOR:
        parts.append(sureness(reading, said))
    return " · ".join(parts)


def _harmless(text: str) -> str:
    """On one line, without signs that move a cursor, change colours or turn the direction of writing."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
