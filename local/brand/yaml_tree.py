"""YAML into plain values, with the place of each, so that later errors can be shown at their place.

Anchors and aliases are refused (desk.yaml needs none, and a few lines of them can grow to gigabytes), and so are deep
nesting and huge files, before anything is built from them.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent, NodeEvent
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

type Place = tuple[str | int, ...]
type Mark = tuple[int, int]

MAX_BYTES = 512 * 1024
_MAX_DEPTH = 10
_START: Mark = (1, 1)


@dataclass(slots=True)
class Tree:
    """Plain values, by place the mark (line and column from 1) of its key or item, and what is wrong, with its mark."""

    value: Any = None
    marks: dict[Place, Mark] = field(default_factory=lambda: {(): _START})
    faults: list[tuple[Mark, Place, str]] = field(default_factory=list)

    @property
    def is_readable(self) -> bool:
        """Whether there is a value that can be checked further, even if there are faults."""
        return self.value is not None

    def mark_of(self, place: Place) -> Mark:
        """The position of this place, or of the nearest existing place above it."""
        while place not in self.marks:
            place = place[:-1]
        return self.marks[place]


def read_tree(raw: bytes) -> Tree:
    """The tree of a YAML file's bytes; never raises: what is wrong is in its `faults`."""
    tree = Tree()
    text = _decoded(raw, tree)
    if text is None or not _is_harmless(text, tree):
        return tree
    node = _yaml().compose(text)
    tree.value = None if node is None else _plain(node, (), tree)
    if tree.value is None:
        tree.faults.append((_START, (), "is empty"))
    return tree


def _yaml() -> YAML:
    return YAML(typ="rt", pure=True)


def _decoded(raw: bytes, tree: Tree) -> str | None:
    if len(raw) > MAX_BYTES:
        tree.faults.append((_START, (), f"is larger than {MAX_BYTES // 1024} KiB"))
        return None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        before = raw[: exc.start]
        mark = before.count(b"\n") + 1, exc.start - (before.rfind(b"\n") + 1) + 1
        tree.faults.append((mark, (), f"is not UTF-8 text: byte 0x{raw[exc.start]:02x}; save the file as UTF-8"))
        return None


def _is_harmless(text: str, tree: Tree) -> bool:
    """Whether the text is YAML of one document, without anchors, of sane depth."""
    depth = documents = 0
    try:
        for event in _yaml().parse(text):
            documents += type(event).__name__ == "DocumentStartEvent"
            depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
            fault = _fault_of(event, depth, documents)
            if fault:
                tree.faults.append((_mark(event.start_mark), (), fault))
                return False
    except MarkedYAMLError as exc:
        tree.faults.append((_mark(exc.problem_mark or exc.context_mark), (), _syntax_sentence(exc)))
    except ReaderError as exc:
        before = text[: exc.position]
        mark = before.count("\n") + 1, exc.position - (before.rfind("\n") + 1) + 1
        tree.faults.append((mark, (), f"has a character that YAML does not allow: U+{ord(text[exc.position]):04X}"))
    except (YAMLError, ValueError) as exc:
        tree.faults.append((_START, (), f"is not YAML: {' '.join(str(exc).split())}"))
    return not tree.faults


def _fault_of(event: Any, depth: int, documents: int) -> str | None:
    if isinstance(event, AliasEvent) or (isinstance(event, NodeEvent) and event.anchor is not None):
        return "uses an anchor (&) or alias (*), which is not allowed here; put a text that begins so in quotes"
    if depth > _MAX_DEPTH:
        return f"is nested deeper than {_MAX_DEPTH} levels"
    return "begins a second document (---)" if documents > 1 else None


def _syntax_sentence(exc: MarkedYAMLError) -> str:
    problem = " ".join(str(exc.problem or exc.context or "unreadable").split())
    if "'\\t'" in problem:
        return "has a tab where YAML requires spaces"
    context = f" {' '.join(str(exc.context).split())}" if exc.context else ""
    return f"is not YAML:{context} {problem}"


def _mark(mark: Any) -> Mark:
    return (mark.line + 1, mark.column + 1) if mark is not None else _START


def _plain(node: Node, place: Place, tree: Tree) -> Any:
    tree.marks[place] = tree.marks.get(place, _mark(node.start_mark)) if place else _START
    if isinstance(node, MappingNode):
        return {key: _plain(value, (*place, key), tree) for key, value in _entries(node, place, tree)}
    if isinstance(node, SequenceNode):
        return [_plain(item, (*place, index), tree) for index, item in enumerate(node.value)]
    return _scalar(str(node.tag).rsplit(":", 1)[-1], _whole(node, place, tree))


def _entries(node: MappingNode, place: Place, tree: Tree) -> Iterator[tuple[str, Node]]:
    seen: dict[str, int] = {}
    for key_node, value in node.value:
        mark = _mark(key_node.start_mark)
        if not isinstance(key_node, ScalarNode):
            tree.faults.append((mark, place, "has a key that is not a word"))
            continue
        key = _whole(key_node, place, tree)
        if key in seen:
            tree.faults.append((mark, (*place, key), f"is repeated; it was given in line {seen[key]}"))
            continue
        seen[key] = mark[0]
        tree.marks[(*place, key)] = mark
        yield key, value


def _whole(node: Node, place: Place, tree: Tree) -> str:
    """The text of a scalar; an escaped half of a character, which no file could hold, is a fault and replaced."""
    written = str(node.value)
    if any("\ud800" <= mark <= "\udfff" for mark in written):
        tree.faults.append((_mark(node.start_mark), place, "has one half of a character (\\ud800 to \\udfff)"))
        return written.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return written


def _scalar(kind: str, written: str) -> str | int | float | bool | None:
    """A word, number, yes-or-no or nothing; what YAML would make a date stays text."""
    if kind == "null":
        return None
    if kind == "bool":
        return written.lower() == "true"
    if kind in ("int", "float"):
        try:
            number = json.loads(written)
        except ValueError:
            return written
        return number if isinstance(number, int | float) else written
    return written
