"""What the browser runs: libraries as they were published, and scripts and styles that the content policy allows."""

import re
from hashlib import sha256
from pathlib import Path

import pytest

import operator_console
from desk.i18n import LANGUAGES
from desk.web.static import SHARED
from tests.families import for_each

HERE = Path(operator_console.__file__).parent
LIBRARIES = HERE / "shell"
SCRIPTS = [path for folder in (SHARED, HERE) for path in folder.rglob("*.js") if ".min." not in path.name]

PUBLISHED = {
    # htmx.org 2.0.11 and idiomorph 0.8.0 on npm, folder dist
    "htmx.min.js": "d6fdc75f204e6bdefa99b69bf1e6d4ac69b8a364f77929f45c13476b4000f717",
    "idiomorph-ext.min.js": "5811b9a7eda14878b7dab4378bf60432e1bb6f11fcfb970cc26540642650181e",
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_library_is_the_one_that_was_published(name: str) -> None:
    assert sha256((LIBRARIES / name).read_bytes()).hexdigest() == PUBLISHED[name]


def test_every_library_is_pinned() -> None:
    assert {path.name for path in HERE.rglob("*.min.js")} == PUBLISHED.keys()


@for_each("template", sorted(HERE.rglob("*.j2")))
def test_no_template_has_what_the_content_policy_forbids(template: Path) -> None:
    text = template.read_text(encoding="utf-8")

    forbidden = r"<style|<script(?! src)|\sstyle=|\son\w+=|hx-on|javascript:|hx-vals=.js:|hx-vars"
    assert re.findall(forbidden, text) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_scripts_say_only_what_the_catalogue_has_and_all_of_it(language: str) -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in SCRIPTS)
    said = set(re.findall(r'word\("([\w.]+)"', source))
    commands = set(re.findall(r'command: "(\w+)"', source))

    known = {key.removeprefix("console.script.") for key in LANGUAGES[language] if key.startswith("console.script.")}
    assert known == said | {f"key.{command}" for command in commands}


STYLES = sorted(HERE.rglob("*.css"))


@for_each("style", STYLES)
def test_every_rule_of_a_style_ends_so_that_none_holds_only_where_another_one_does(style: Path) -> None:
    rules = re.sub(r"/\*.*?\*/", "", style.read_text(encoding="utf-8"), flags=re.DOTALL)
    depth = 0
    for bracket in re.findall("[{}]", rules):
        depth += 1 if bracket == "{" else -1
        assert 0 <= depth <= 2, "a rule within a rule within a rule"
    assert depth == 0


USED = "\n".join(
    path.read_text(encoding="utf-8")
    for folder in (SHARED, HERE)
    for path in sorted(folder.rglob("*"))
    if path.suffix in {".j2", ".js", ".py"} and ".min." not in path.name
)


OF_LIBRARIES = {"htmx-request"}
"""Classes that a library sets."""


def _is_used(name: str) -> bool:
    """Whether a template or script has this class or id, begins it, `of-{{ count }}`, or ends it, `{{ id }}-over`."""
    first, _, last = name.partition("-")
    is_named = re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", USED)
    return name in OF_LIBRARIES or bool(is_named) or f"{first}-{{{{" in USED or f"}}}}-{last}" in USED


@for_each("style", STYLES)
def test_every_class_and_id_of_a_style_is_in_a_template_or_script(style: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", style.read_text(encoding="utf-8"), flags=re.DOTALL)
    selectors = " ".join(re.findall(r"([^{}]+)\{", text))

    assert [name for name in sorted(set(re.findall(r"[.#]([A-Za-z][\w-]*)", selectors))) if not _is_used(name)] == []
