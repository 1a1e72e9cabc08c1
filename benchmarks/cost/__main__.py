"""Prints the tables of docs/cost.md, counted now; `--write` puts them into the page, `--check` compares."""

import argparse
import sys
from difflib import unified_diff

from benchmarks.cost.page import PAGE, counted_tables, rows_that_differ, written


def main() -> None:
    """Count, and print or write the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cost", description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the tables into docs/cost.md")
    parser.add_argument("--check", action="store_true", help="fail with the difference if the page has other tables")
    parser.add_argument("--usual", action="store_true", help="check only the rows of what happens most")
    arguments = parser.parse_args()
    if arguments.usual:
        differ = rows_that_differ(PAGE.read_text("utf-8"))
        sys.stdout.writelines(differ)
        sys.exit(bool(differ))
    found = counted_tables()
    page = PAGE.read_text("utf-8")
    counted = written(page, found)
    if arguments.write:
        PAGE.write_text(counted, "utf-8")
    elif arguments.check:
        sys.stdout.writelines(unified_diff(page.splitlines(True), counted.splitlines(True), "docs/cost.md", "counted"))
        sys.exit(page != counted)
    else:
        sys.stdout.write("\n\n".join(f"{name}\n{table}" for name, table in found.items()) + "\n")


main()
