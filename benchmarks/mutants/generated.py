"""Mutants that are made from the code: each changes one place in the body of one function.

The same code gives the same mutants with the same ids, whatever the tests are, so that two sets of tests can be
compared. A mutant is a replacement of bytes, which leaves the function's first line where it is.
"""

import ast
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from types import CodeType
from typing import NamedTuple

AREAS: dict[str, tuple[str, ...]] = {
    "polling": ("poll_mentions", "desk/mentions"),
    "publishing": ("post_update/publisher", "desk/posts"),
    "outbox": ("desk/outbox", "desk/notifications"),
    "cases": ("desk/cases", "desk/replies", "desk/routing"),
    "sign-in": ("operator_console/session", "desk/staff"),
    "reading": ("desk/reader", "route_inquiry"),
}
"""The folders of `functions/` from which each area's mutants are taken."""

IN_AN_AREA = 72

_SEED = "dorothy"
_COMPARISONS: dict[type[ast.cmpop], ast.cmpop] = {
    ast.Eq: ast.NotEq(),
    ast.NotEq: ast.Eq(),
    ast.Lt: ast.LtE(),
    ast.LtE: ast.Lt(),
    ast.Gt: ast.GtE(),
    ast.GtE: ast.Gt(),
    ast.Is: ast.IsNot(),
    ast.IsNot: ast.Is(),
    ast.In: ast.NotIn(),
    ast.NotIn: ast.In(),
}
_LOGS = frozenset({"log", "logger", "_log", "_logger"})
_LOG_LEVELS = frozenset({"debug", "info", "warning", "error", "exception", "critical", "log"})


class Mutant(NamedTuple):
    """The bytes from `start` to `end` of a file become `new`, in this function, which begins in this line."""

    id: str
    area: str
    file: str
    function: str
    line: int
    start: int
    end: int
    new: str

    def applied_to(self, source: bytes) -> bytes:
        """The file's content with this change."""
        return source[: self.start] + self.new.encode() + source[self.end :]


@dataclass(frozen=True, slots=True)
class _Change:
    """One change of a place: the nodes from `first` to `last` become `new`."""

    kind: str
    first: ast.expr | ast.stmt
    last: ast.expr | ast.stmt
    new: str


def generated(root: Path, areas: frozenset[str] = frozenset(AREAS), count: int = IN_AN_AREA) -> list[Mutant]:
    """So many mutants of each area in the checkout, spread over its files by their size, each file at least once."""
    return [mutant for area in AREAS if area in areas for mutant in _of_area(root, area, count)]


def mutants_of(source: bytes, file: str, area: str = "") -> list[Mutant]:
    """All mutants of a file that change what its functions are compiled to."""
    return [mutant for mutant in _candidates(source, file, area) if _can_be_swapped(mutant, source)]


def _of_area(root: Path, area: str, count: int) -> Iterator[Mutant]:
    """The first of each file, then of each file its share, in the order of the files."""
    placed = []
    sources = {}
    for path in (path for folder in AREAS[area] for path in sorted((root / "functions" / folder).rglob("*.py"))):
        name = path.relative_to(root).as_posix()
        sources[name] = path.read_bytes()
        mutants = _mixed(_candidates(sources[name], name, area))
        placed += [(place / len(mutants), _hash(mutant), mutant) for place, mutant in enumerate(mutants)]
    fit = (mutant for *_, mutant in sorted(placed) if _can_be_swapped(mutant, sources[mutant.file]))
    return iter(sorted(islice(fit, count), key=lambda mutant: (mutant.file, mutant.start, mutant.id)))


def _candidates(source: bytes, file: str, area: str) -> Iterator[Mutant]:
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    seen: Counter[str] = Counter()
    for function, name in _functions(ast.parse(source)):
        line_of_function = min([function.lineno, *(each.lineno for each in function.decorator_list)])
        for change in (change for statement in function.body for change in _changes(statement)):
            first, last = change.first, change.last
            place = f"{file}:{first.lineno}:{change.kind}"
            seen[place] += 1
            number = f".{seen[place]}" if seen[place] > 1 else ""
            start = starts[first.lineno - 1] + first.col_offset
            end = starts[(last.end_lineno or 0) - 1] + (last.end_col_offset or 0)
            yield Mutant(place + number, area, file, name, line_of_function, start, end, change.new)


def _mixed(mutants: Iterable[Mutant]) -> list[Mutant]:
    """In the order of their hashes, one of each kind before the second of any."""
    rank: Counter[str] = Counter()
    ranked = []
    for mutant in sorted(mutants, key=_hash):
        kind = mutant.id.split(":")[2].partition(".")[0]
        rank[kind] += 1
        ranked.append((rank[kind], _hash(mutant), mutant))
    return [mutant for *_, mutant in sorted(ranked)]


def _hash(mutant: Mutant) -> str:
    return blake2b(f"{_SEED} {mutant.id}".encode(), digest_size=8).hexdigest()


def _codes(code: CodeType) -> dict[tuple[str, int], CodeType]:
    """All code within a module's, by qualified name and first line."""
    found = {}
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            found[constant.co_qualname, constant.co_firstlineno] = constant
            found |= _codes(constant)
    return found


def _can_be_swapped(mutant: Mutant, source: bytes) -> bool:
    """Whether it compiles to other code that closes over the same variables."""
    try:
        wrong = _codes(compile(mutant.applied_to(source), mutant.file, "exec"))
    except SyntaxError:
        return False
    key = (mutant.function, mutant.line)
    right = _codes(compile(source, mutant.file, "exec"))[key]
    return key in wrong and wrong[key].co_freevars == right.co_freevars and not _are_alike(wrong[key], right)


def _are_alike(one: CodeType, other: CodeType) -> bool:
    """Whether they do the same, wherever their lines are."""
    if one.co_code != other.co_code or one.co_names != other.co_names or len(one.co_consts) != len(other.co_consts):
        return False
    return all(
        _are_alike(left, right)
        if isinstance(left, CodeType) and isinstance(right, CodeType)
        else repr(left) == repr(right)
        for left, right in zip(one.co_consts, other.co_consts, strict=True)
    )


def _functions(tree: ast.Module) -> Iterator[tuple[ast.FunctionDef, str]]:
    """The outermost functions and methods, with their qualified names."""

    def within(body: list[ast.stmt], prefix: str) -> Iterator[tuple[ast.FunctionDef, str]]:
        for node in body:
            if isinstance(node, ast.FunctionDef) and node.name != "__repr__":
                yield node, prefix + node.name
            elif isinstance(node, ast.ClassDef) and not any("Protocol" in ast.unparse(base) for base in node.bases):
                yield from within(node.body, f"{prefix}{node.name}.")

    yield from within(tree.body, "")


def _changes(node: ast.AST) -> Iterator[_Change]:
    """The changes of this node, then those of what it contains."""
    if isinstance(node, ast.stmt):
        yield from _of_statement(node)
    elif isinstance(node, ast.match_case):
        if isinstance(node.pattern, ast.MatchAs) and node.pattern.pattern is None:
            yield from _emptied("default", node.body)
    elif isinstance(node, ast.expr):
        yield from _of_expression(node)
    for child in _children(node):
        yield from _changes(child)


def _children(node: ast.AST) -> Iterator[ast.AST]:
    """What a node contains, without what nobody tests: annotations, docstrings, logs, messages, parts of texts."""
    match node:
        case ast.Expr(value=ast.Constant()) | ast.AnnAssign(value=None):
            return
        case ast.Expr(value=value) if _is_log(value):
            return
        case ast.AnnAssign():
            yield from filter(None, (node.value,))
        case ast.FunctionDef():
            yield from node.body
        case ast.Raise(exc=ast.Call(args=args)):
            yield from (each for each in args if not isinstance(each, (ast.Constant, ast.JoinedStr)))
        case ast.JoinedStr():
            yield from (each.value for each in node.values if isinstance(each, ast.FormattedValue))
        case ast.Call(func=ast.Name(id="cast" | "TypeVar")):
            yield from node.args[1:]
        case _:
            yield from ast.iter_child_nodes(node)


def _of_statement(node: ast.stmt) -> Iterator[_Change]:
    match node:
        case ast.Return(value=value) if value and not (isinstance(value, ast.Constant) and value.value is None):
            yield _Change("return", node, node, "return None")
        case ast.Continue():
            yield _Change("jump", node, node, "break")
        case ast.Break():
            yield _Change("jump", node, node, "continue")
        case ast.Expr(value=ast.Call() as call) if not _is_log(call):
            yield _Change("dropped", node, node, "pass")
        case ast.Raise() | ast.Delete():
            yield _Change("dropped", node, node, "pass")
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript()]):
            yield _Change("dropped", node, node, "pass")
        case ast.AugAssign():
            yield _Change("dropped", node, node, "pass")
            if isinstance(node.op, (ast.Add, ast.Sub)):
                yield _Change("arithmetic", node, node, _with_operator(node))
        case ast.If(orelse=[*rest]) if rest and not isinstance(rest[0], ast.If):
            yield from _emptied("default", rest)


def _of_expression(node: ast.expr) -> Iterator[_Change]:
    match node:
        case ast.Compare(ops=ops):
            for place, operator in enumerate(ops):
                swapped = [*ops[:place], _COMPARISONS[type(operator)], *ops[place + 1 :]]
                yield _replaced("compare", node, ast.Compare(node.left, swapped, node.comparators))
        case ast.BoolOp():
            other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
            yield _replaced("boolean", node, ast.BoolOp(other, node.values))
        case ast.UnaryOp(op=ast.Not()):
            yield _replaced("not", node, node.operand)
        case ast.BinOp(op=ast.Add() | ast.Sub()) if not _is_sequence(node.left) and not _is_sequence(node.right):
            other_sign = ast.Sub() if isinstance(node.op, ast.Add) else ast.Add()
            yield _replaced("arithmetic", node, ast.BinOp(node.left, other_sign, node.right))
        case ast.Constant(value=str() as text):
            yield _replaced("constant", node, ast.Constant(text + "x"))
        case ast.Constant(value=bool() | int() | float() as value):
            yield _replaced("constant", node, ast.Constant(not value if isinstance(value, bool) else value + 1))
        case _:
            for fewer in _without_an_element(node):
                yield _replaced("element", node, fewer)


def _without_an_element(node: ast.expr) -> Iterator[ast.expr]:
    """A display of elements, without each of them in turn."""
    match node:
        case ast.Tuple(elts=elements, ctx=ast.Load()):
            yield from (ast.Tuple(fewer, ast.Load()) for fewer in _without_each(elements))
        case ast.List(elts=elements, ctx=ast.Load()):
            yield from (ast.List(fewer, ast.Load()) for fewer in _without_each(elements))
        case ast.Set(elts=elements) if len(elements) > 1:
            yield from (ast.Set(fewer) for fewer in _without_each(elements))
        case ast.Dict(keys=keys, values=values):
            pairs = zip(_without_each(keys), _without_each(values), strict=True)
            yield from (ast.Dict(fewer, their_values) for fewer, their_values in pairs)


def _without_each[Element](elements: list[Element]) -> Iterator[list[Element]]:
    for place in range(len(elements)):
        yield [*elements[:place], *elements[place + 1 :]]


def _replaced(kind: str, old: ast.expr, new: ast.expr) -> _Change:
    return _Change(kind, old, old, f"({ast.unparse(new)})")


def _emptied(kind: str, body: list[ast.stmt]) -> Iterator[_Change]:
    if not isinstance(body[0], ast.Pass):
        yield _Change(kind, body[0], body[-1], "pass")


def _with_operator(node: ast.AugAssign) -> str:
    other = ast.Sub() if isinstance(node.op, ast.Add) else ast.Add()
    return ast.unparse(ast.AugAssign(node.target, other, node.value))


def _is_sequence(node: ast.expr) -> bool:
    """Whether it is written out, so that nothing can be subtracted from it."""
    return isinstance(node, (ast.JoinedStr, ast.List, ast.Tuple)) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def _is_log(node: ast.expr) -> bool:
    """Whether it writes a line of the log."""
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=method)):
            return name in _LOGS and method in _LOG_LEVELS
        case ast.Call(func=ast.Attribute(value=ast.Attribute(attr=name), attr=method)):
            return name in _LOGS and method in _LOG_LEVELS
    return False
