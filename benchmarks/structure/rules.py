"""Rules of the organisation that no other check knows, and the places that break them.

`python -m benchmarks.structure.rules` checks the checkout that is the current directory; `make check` runs it.
"""

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

SHARED = "desk"
"""The folder with what functions share."""
SHARED_SECTIONS = {"shell", "items"}
"""Folders of a function that its sections may import; an import contract gives their order."""
_EVERY_FUNCTION_HAS = {"Wired"}
"""Names of classes that each function has for its own parts."""
_ROW = re.compile(r"^\| `([\w/]+)/(?:\*\.py)?` \|", re.MULTILINE)
"""The folder of a row in CONTRIBUTING's tables; `desk/*.py` is `desk`."""

type Sources = Mapping[str, ast.Module]
"""The files of a source root by the name of their module."""
type Imports = Mapping[str, set[str]]
"""The modules of the source root that each module imports, wherever in its file it does so."""


def broken_rules(functions: Path, contributing: str) -> list[str]:
    """A sentence for each place that breaks a rule; `contributing` is the text of CONTRIBUTING.md."""
    sources = _sources(functions)
    imports = {module: set(_imported(tree, sources)) for module, tree in sources.items()}
    folders = {path.parent.relative_to(functions).as_posix() for path in functions.rglob("*/*.py")}
    rows = set(_ROW.findall(contributing))
    return [
        *(f"{' and '.join(sorted(cycle))} import each other" for cycle in cycles(imports)),
        *(f"{module} imports {other} of another function or section" for module, other in foreign_imports(imports)),
        *(f"{name} is a class of {' and of '.join(modules)}" for name, modules in shared_names(sources).items()),
        *(f"CONTRIBUTING.md has no row for {folder}/" for folder in sorted(folders - rows)),
        *(f"CONTRIBUTING.md has a row for {folder}/, where no code is" for folder in sorted(rows - folders)),
    ]


def cycles(imports: Imports) -> list[frozenset[str]]:
    """Each group of modules that reach each other by imports."""
    reached = {module: _reached(module, imports) for module in imports}
    in_cycles = [module for module in imports if module in reached[module]]
    return sorted(
        {frozenset(other for other in reached[one] if one in reached[other]) for one in in_cycles}, key=sorted
    )


def foreign_imports(imports: Imports) -> list[tuple[str, str]]:
    """Each module with one that it imports from another function, or from another section of its own function."""
    packages = {module.rpartition(".")[0] for module in imports}
    found = []
    for module, others in sorted(imports.items()):
        own, section = _place(module, packages)
        for other in sorted(others):
            its, its_section = _place(other, packages)
            if its not in {own, SHARED} or (
                own == its != SHARED and section and its_section not in {"", section, *SHARED_SECTIONS}
            ):
                found.append((module, other))
    return found


def shared_names(sources: Sources) -> dict[str, list[str]]:
    """The modules of each public class's name that more than one module has."""
    modules = defaultdict(list)
    for module, tree in sorted(sources.items()):
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                modules[node.name].append(module)
    return {
        name: where for name, where in sorted(modules.items()) if len(where) > 1 and name not in _EVERY_FUNCTION_HAS
    }


def _sources(root: Path) -> dict[str, ast.Module]:
    found = {}
    for path in sorted(root.rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        module = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[module] = ast.parse(path.read_text(encoding="utf-8"))
    return found


def _imported(tree: ast.Module, sources: Sources) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names if each.name in sources)
        elif isinstance(node, ast.ImportFrom) and node.module and node.module in sources:
            for each in node.names:
                module = f"{node.module}.{each.name}"
                yield module if module in sources else node.module


def _reached(module: str, imports: Imports) -> set[str]:
    reached, ahead = set[str](), [module]
    while ahead:
        new = imports[ahead.pop()] - reached
        reached |= new
        ahead += new
    return reached


def _place(module: str, packages: set[str]) -> tuple[str, str]:
    """The function that has the module, or `desk`, and its section there: a folder, "" outside of these."""
    function, _, rest = module.partition(".")
    section = rest.partition(".")[0]
    return function, section if f"{function}.{section}" in packages else ""


def main() -> int:
    """Print what is broken; the exit code is 1 if anything is."""
    broken = broken_rules(Path("functions"), Path("CONTRIBUTING.md").read_text(encoding="utf-8"))
    print("\n".join(broken) or "No rule of the organisation is broken.")
    return int(bool(broken))


if __name__ == "__main__":
    sys.exit(main())
