"""A new link for whoever has lost theirs."""

from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner, Result

from desk.cases.items import case_item
from desk.cases.links import CaseLinkItems
from local.cli import link as command
from local.cli.main import app
from tests.cases import a_case
from tests.tables import Dynamo

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
CASE = a_case(NOW)


class Desk:
    """A deployed desk with one case of billing's; `links` are those that it keeps."""

    def __init__(self, links: CaseLinkItems) -> None:
        self.links = links

    def run(self, *arguments: str) -> Result:
        return CliRunner().invoke(app, ["link", *arguments])


@pytest.fixture
def desk(deployed_tables: Dynamo, monkeypatch: pytest.MonkeyPatch) -> Desk:
    client, tables = deployed_tables
    monkeypatch.setattr(command, "utc_now", lambda: NOW)
    client.put_item(TableName=tables.cases, Item=case_item(CASE))
    return Desk(CaseLinkItems(client, tables.desk))


@pytest.mark.parametrize(
    ("arguments", "department"), [((CASE.id,), "operator"), ((f" {CASE.id.lower()}", "--for", "billing"), "billing")]
)
def test_a_link_is_made_and_printed(desk: Desk, arguments: tuple[str, ...], department: str) -> None:
    result = desk.run(*arguments)

    address = result.stdout.strip()
    assert (result.exit_code, address.rpartition("/")[0]) == (0, "https://desk.example/answer")
    found = desk.links.find(address.rpartition("/")[2])
    assert found
    assert (found.case_id, found.department, found.opens(NOW)) == (CASE.id, department, True)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("AAAAA-AAAAA",), "There is no case AAAAA-AAAAA."),
        ((CASE.id, "--for", "network"), "The case is with billing: a link for network would open nothing."),
        ((CASE.id, "--for", "nobody"), "desk.yaml has no department 'nobody'; known: "),
    ],
)
def test_a_link_that_cannot_be_made_is_an_error(desk: Desk, arguments: tuple[str, ...], sentence: str) -> None:
    result = desk.run(*arguments)

    assert result.exit_code == 1
    assert sentence in result.stderr
    assert result.stdout == ""
