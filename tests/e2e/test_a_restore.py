"""Lost items come back on a desk that runs, and nobody gets a mail about them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from desk.aws.dynamodb import from_item
from local.brand.load import load_desk
from local.cli.restore import restore_of
from local.cli.target import Target
from local.deployed.restore.copying import Outcome
from local.deployed.restore.kinds import OUTPUTS, ROLES
from local.deployed.stack import deployed_stack
from tests.e2e.driver import Driver
from tests.e2e.emptied import empty_table


def test_what_the_tables_lost_comes_back_and_is_mailed_to_nobody(desk: Driver) -> None:
    asked = desk.post("minji", "청구서가 두 번 왔어요. 환불해 주세요")
    desk.poll()
    desk.mails.clear()
    before = from_item(desk.item(asked))
    aws, outputs = desk.stage.deployed.aws, desk.stage.deployed.outputs
    said: list[str] = []

    def say(line: str) -> None:
        """The local AWS restores a table as it is now: the loss comes right after that."""
        if line.startswith("Copying") and not any(each.startswith("Copying") for each in said):
            assert states(desk) == {"DISABLED"}
            assert not any(mappings(desk).values())
            for role in ("mentions", "cases"):
                empty_table(aws.client("dynamodb"), outputs[OUTPUTS[role]])
        said.append(line)

    were_on = mappings(desk)
    target = Target(deployed_stack(aws.client("cloudformation"), desk.stage.deployed.stack), local=aws)
    restoring = restore_of(target, load_desk(), lambda: datetime.now(UTC), lambda _seconds: None, say)
    report = restoring.run(restoring.planned(datetime.now(UTC) - timedelta(seconds=1), ROLES), "복원", "지은")
    desk.carry()
    desk.sweep()

    assert {counted.kind.name for counted in report.counts if counted.outcome is Outcome.COPIED} >= {"mention", "case"}
    assert {name: value for name, value in from_item(desk.item(asked)).items() if name != "backlog"} == before
    assert desk.mails == []
    assert states(desk) == {"ENABLED"}
    assert mappings(desk) == were_on
    assert "Everything is switched on again." in said


def states(desk: Driver) -> set[str]:
    scheduler = desk.stage.deployed.aws.client("scheduler")
    listed: Any = scheduler.list_schedules(GroupName="default")["Schedules"]
    return {each["State"] for each in listed}


def mappings(desk: Driver) -> dict[str, bool]:
    listed: Any = desk.stage.deployed.aws.client("lambda").list_event_source_mappings()["EventSourceMappings"]
    return {each["UUID"]: each["State"] in {"Enabled", "Enabling"} for each in listed}
