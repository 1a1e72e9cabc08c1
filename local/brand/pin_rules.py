"""What the pins of desk.yaml must say: one condition, one consequence, and nothing that another part contradicts."""

import difflib
import re
import unicodedata
from collections.abc import Collection, Iterator
from typing import Any

from desk.reading import AGREEMENTS, OPERATOR, Kind, Need, Settled, Urgency, kinds_for
from local.brand.yaml_tree import Place

type Finding = tuple[Place, str]

CONDITIONS = ("word", "regex", "hashtag", "author", "lang")
PARTS = ("kind", "need", "department", "urgency")
MOST_PATTERNS = 20
"""More could hold up the desk, if all of them were slow at once."""
_UNSEEN = re.compile(r"@\w|https?://")
_NOUNS = {"kind": Kind, "need": Need, "urgency": Urgency}
_ANSWERED = {Kind.INQUIRY, Kind.FAULT, Kind.RUMOR}


def broken_pins(pins: Any, departments: Collection[str]) -> Iterator[Finding]:
    """Every broken rule in the plain value of `pins`."""
    entries = [(at, pin) for at, pin in enumerate(pins if isinstance(pins, list) else []) if isinstance(pin, dict)]
    for at, pin in entries:
        yield from _whole(pin, ("pins", at))
        yield from _word(pin.get("word"), ("pins", at, "word"))
        yield from _always(_section(pin, "always"), ("pins", at, "always"), departments)
        yield from _never(_section(pin, "never"), ("pins", at, "never"), departments)
    yield from _repeated(entries)
    patterns = [at for at, pin in entries if pin.get("regex") is not None]
    if len(patterns) > MOST_PATTERNS:
        yield ("pins", patterns[MOST_PATTERNS], "regex"), f"is one regular expression more than {MOST_PATTERNS}"


def _whole(pin: dict[str, Any], place: Place) -> Iterator[Finding]:
    written = [name for name in CONDITIONS if pin.get(name) is not None]
    if len(written) != 1:
        found = f"has {' and '.join(written)}" if written else "has none"
        yield (*place, written[1]) if written else place, f"needs exactly one of {', '.join(CONDITIONS)}; {found}"
    if (pin.get("always") is None) == (pin.get("never") is None):
        yield place, "needs either always or never"
    if pin.get("always") == {}:
        yield (*place, "always"), f"says nothing; give one or more of {', '.join(PARTS)}"


def _word(word: Any, place: Place) -> Iterator[Finding]:
    """Findings on a word that would be found by chance, or never."""
    if not isinstance(word, str):
        return
    plain = unicodedata.normalize("NFC", word)
    if len(plain) == 1 and unicodedata.category(plain)[0] in "LNP":
        yield place, "is a single character, which texts have by chance; write more of it, or use regex"
    if _UNSEEN.search(plain):
        yield place, "has a handle or a link, where no word is looked for; use author or regex"


def _always(always: dict[str, Any], place: Place, departments: Collection[str]) -> Iterator[Finding]:
    yield from known_department(always, place, departments)
    settled = _settled(always)
    if settled.kind:
        for part in PARTS[1:]:
            value = getattr(settled, part)
            if value is not None and not kinds_for(Settled(kind=settled.kind)._replace(**{part: value})):
                yield (*place, part), _contradiction(settled.kind, part)
    elif not kinds_for(settled):
        yield place, f"contradicts itself: no kind of mention has {_listed(settled)}"
    elif not _ANSWERED & set(kinds_for(settled)):
        yield place, f"has {_listed(settled)}, which only {', '.join(kinds_for(settled))} have; say which with kind"


def _never(never: dict[str, Any], place: Place, departments: Collection[str]) -> Iterator[Finding]:
    yield from known_department(never, place, departments)
    if never.get("department") == OPERATOR:
        yield (*place, "department"), "cannot be the operator, who gets what another department must not have"


def known_department(
    written: dict[str, Any], place: Place, departments: Collection[str], key: str = "department"
) -> Iterator[Finding]:
    """The finding on a department that desk.yaml does not have."""
    department = written.get(key)
    if isinstance(department, str) and department not in departments:
        near = difflib.get_close_matches(department, departments, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(departments)}"
        yield (*place, key), f"{department!r} is no department here; {hint}"


def _repeated(entries: list[tuple[int, dict[str, Any]]]) -> Iterator[Finding]:
    """Findings on pins that say again, or deny, what an earlier one of the same condition says."""
    first: dict[tuple[str, str, str], int] = {}
    for at, pin in entries:
        for name in CONDITIONS:
            value = pin.get(name)
            if not isinstance(value, str):
                continue
            for said, other in _sayings(pin):
                plain = value if name == "regex" else _plain(value)
                key, denied = (name, plain, said), (name, plain, other)
                if key in first:
                    again = f"says {value!r} again, as item {first[key] + 1} of this list already does; join the two"
                    yield ("pins", at, name), again
                elif denied in first:
                    yield ("pins", at, name), f"says the contrary of item {first[denied] + 1} of this list"
                first.setdefault(key, at)


def _sayings(pin: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What a pin says, and what would be the contrary: always a department, or never that one."""
    if isinstance(pin.get("always"), dict):
        department = _section(pin, "always").get("department")
        yield "always", f"never {department}"
    never = _section(pin, "never").get("department")
    if isinstance(never, str):
        yield f"never {never}", f"always {never}"
    always = _section(pin, "always").get("department")
    if isinstance(always, str):
        yield f"always {always}", ""


def _settled(always: dict[str, Any]) -> Settled:
    """The parts that are known nouns; the model reports the others."""
    nouns: dict[str, Any] = {part: always[part] for part, noun in _NOUNS.items() if always.get(part) in list(noun)}
    department = always.get("department")
    return Settled(
        kind=Kind(nouns["kind"]) if "kind" in nouns else None,
        need=Need(nouns["need"]) if "need" in nouns else None,
        department=department if isinstance(department, str) else None,
        urgency=Urgency(nouns["urgency"]) if "urgency" in nouns else None,
    )


def _contradiction(kind: Kind, part: str) -> str:
    if part == "department":
        return f"does not go with the kind {kind}, which is sent to nobody"
    agreement = AGREEMENTS[kind]
    possible = agreement.needs if part == "need" else agreement.urgencies
    return f"does not go with the kind {kind}, whose {part} is {' or '.join(possible)}"


def _listed(settled: Settled) -> str:
    return " and ".join(f"{part} {value}" for part, value in settled._asdict().items() if value)


def _plain(value: str) -> str:
    return " ".join(unicodedata.normalize("NFC", value).casefold().split())


def _section(pin: dict[str, Any], key: str) -> dict[str, Any]:
    found = pin.get(key)
    return found if isinstance(found, dict) else {}
