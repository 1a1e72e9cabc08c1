import re

from tests.template.stack_template import ROOT, Resources, of_type


def test_the_readmes_count_the_alarms_that_are_paid_for(resources: Resources) -> None:
    count = len(of_type(resources, "AWS::CloudWatch::Alarm"))

    assert f"{count} alarms at $0.10" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"알람 {count}개(개당 $0.10)" in (ROOT / "README.ko.md").read_text(encoding="utf-8")


def test_the_readmes_have_the_sums_of_the_page_that_counts_them() -> None:
    counted = (ROOT / "docs/cost.md").read_text(encoding="utf-8")
    rows = {name: sums_in(counted, f"| {name}, a month |") for name in ("X", "AWS")}

    for readme, month in (("README.md", "a month"), ("README.ko.md", "한 달")):
        text = (ROOT / readme).read_text(encoding="utf-8")
        assert {name: sums_in(text, f"| {name}, {month} |") for name in rows} == rows, readme


def sums_in(text: str, row: str) -> list[int]:
    """The dollars of the first row that begins so, each rounded."""
    line = next(line for line in text.splitlines() if line.startswith(row))
    return [round(float(sum_.replace(",", ""))) for sum_ in re.findall(r"\$([\d,.]+)", line)]
