from tests.template.stack_template import ROOT, Resources, of_type


def test_the_readmes_count_the_alarms_that_are_paid_for(resources: Resources) -> None:
    count = len(of_type(resources, "AWS::CloudWatch::Alarm"))

    assert f"{count} alarms at $0.10" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"알람 {count}개(개당 $0.10)" in (ROOT / "README.ko.md").read_text(encoding="utf-8")
