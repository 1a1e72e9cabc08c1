from datetime import UTC, date, datetime, timedelta

import pytest
from typer.testing import CliRunner

from desk.cases.links import CaseLinkItems
from desk.clock import utc_now
from desk.links import hash_of
from desk.reports.store import ReportLinkItems, ReportName
from local.cli.main import app
from local.deployed.errors import DeployedError
from local.deployed.report_links import link_meant
from tests.fakes.reports import FakeReportLinks
from tests.tables import Dynamo

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
EVENING = ReportName("evening", date(2026, 11, 24))
WEEKLY = ReportName("weekly", date(2026, 11, 23))


@pytest.mark.parametrize(
    "written",
    [
        "{id}",
        "https://desk.jade.example/reports/{id}",
        "https://desk.jade.example/reports/{id}/csv",
        " https://desk.jade.example/reports/{id}?utm=mail#top\n",
        "{hash}",
        "{name}",
    ],
)
def test_a_link_is_known_by_all_that_a_person_may_have_of_it(written: str) -> None:
    links = FakeReportLinks()
    other, link_id = links.make(WEEKLY, NOON), links.make(EVENING, NOON)

    meant = link_meant(written.format(id=link_id, hash=hash_of(link_id), name=hash_of(link_id)[:12]), links.all())

    assert meant.hash == hash_of(link_id) != hash_of(other)


@pytest.mark.parametrize(
    "written", ["", "AAAAAAAAAAAAAAAAAA", "evening-2026-11-24", "https://desk.jade.example/", "00"]
)
def test_an_unknown_link_is_refused(written: str) -> None:
    links = FakeReportLinks()
    links.make(EVENING, NOON)

    with pytest.raises(DeployedError, match="no such link"):
        link_meant(written, links.all())


@pytest.fixture
def links(deployed_tables: Dynamo) -> ReportLinkItems:
    return ReportLinkItems(deployed_tables.client, deployed_tables.tables.desk)


def test_reports_lists_every_link_with_its_state_but_opens_none(links: ReportLinkItems) -> None:
    now = utc_now()
    open_ = links.make(EVENING, now)
    links.make(WEEKLY, now - timedelta(days=91))

    listed = CliRunner().invoke(app, ["reports"])

    first, second = listed.stdout.splitlines()
    assert first.startswith(f"{hash_of(open_)[:12]}\tevening-2026-11-24\topen until ")
    assert second.endswith("\tweekly-2026-11-23\texpired")
    assert open_ not in listed.output


def test_revoke_closes_the_link_that_was_mailed_and_no_other(links: ReportLinkItems) -> None:
    mailed, other = links.make(EVENING, utc_now()), links.make(WEEKLY, utc_now())

    told = CliRunner().invoke(app, ["revoke", f"https://desk.jade.example/reports/{mailed}"])

    assert (told.exit_code, told.stdout) == (0, "The link to evening-2026-11-24 is closed.\n")
    found, untouched = links.find(mailed), links.find(other)
    assert found is not None
    assert not found.opens(utc_now())
    assert untouched is not None
    assert untouched.opens(utc_now())
    assert "\trevoked " in CliRunner().invoke(app, ["reports"]).stdout


def test_revoke_closes_a_link_to_a_case_and_no_other(links: ReportLinkItems) -> None:
    cases = CaseLinkItems(links._client, links._desk)
    made = cases.make(["7Q2M4-XD93K", "8R3N5-YE04M"], "billing", utc_now())

    told = CliRunner().invoke(app, ["revoke", f"https://desk.jade.example/answer/{made['7Q2M4-XD93K']}?done=taken"])

    assert (told.exit_code, told.stdout) == (0, "The link of billing to the case 7Q2M4-XD93K is closed.\n")
    closed, other = (cases.find(made[case_id]) for case_id in ("7Q2M4-XD93K", "8R3N5-YE04M"))
    assert closed is not None
    assert not closed.opens(utc_now())
    assert other is not None
    assert other.opens(utc_now())


def test_revoke_of_nothing_known_says_so_and_fails(links: ReportLinkItems) -> None:
    told = CliRunner().invoke(app, ["revoke", "nonsense"])

    assert told.exit_code == 1
    assert "There is no such link" in told.stderr
    assert CliRunner().invoke(app, ["reports"]).stdout == "No report has been made yet.\n"
