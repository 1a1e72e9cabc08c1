"""Links in the docs lead somewhere, anchors included, and so do the pages that code, settings and scripts name."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
NAMING = ("functions", "local", "benchmarks", "training", "infra", "tests", "Makefile", "desk.yaml")


def anchors_of(page: Path) -> set[str]:
    """The anchors that GitHub gives to a page's headings."""
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    seen: Counter[str] = Counter()
    for title in re.findall(r"^#+ +(.+?) *$", text, re.MULTILINE):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", title)
        seen[re.sub(r"[^\w\- ]", "", plain).strip().lower().replace(" ", "-")] += 1
    return {slug if not again else f"{slug}-{again}" for slug, count in seen.items() for again in range(count)}


def broken(page: Path) -> Iterator[str]:
    text = re.sub(r"^ *```.*?^ *```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        led_to = (page.parent / path).resolve() if path else page
        if not led_to.exists():
            yield f"{page.relative_to(ROOT)}: {target} does not exist"
        elif anchor and led_to.suffix == ".md" and anchor not in anchors_of(led_to):
            yield f"{page.relative_to(ROOT)}: {target} has no such heading"


def test_every_link_leads_to_a_file_and_every_anchor_to_a_heading() -> None:
    assert len(PAGES) > 100
    assert [fault for page in PAGES for fault in broken(page)] == []


def test_every_page_that_code_and_settings_name_exists() -> None:
    named = set()
    for place in NAMING:
        root = ROOT / place
        for file in [root] if root.is_file() else root.rglob("*"):
            if file.suffix in {".py", ".yaml", ".toml", ".j2", ""} and file.is_file():
                named |= set(re.findall(r"\bdocs/[\w/-]+\.md\b", file.read_text(encoding="utf-8", errors="ignore")))

    assert len(named) > 5
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []
