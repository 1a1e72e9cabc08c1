"""`dorothy reports` and `dorothy revoke`: the links that open reports, and those that open cases."""

from typing import Annotated

import typer

from desk.cases.links import CaseLinkItems
from desk.clock import utc_now
from desk.reports.store import ReportLinkItems
from local.brand.load import DESK_FILE
from local.cli.aws_errors import aws_errors
from local.cli.options import DeskOption, LocalOption
from local.cli.target import target
from local.deployed.link_ids import ids_in
from local.deployed.report_links import NAMED_BY, link_meant, standing

LinkArgument = Annotated[
    str, typer.Argument(metavar="LINK", help="The address that was mailed, its id, or a name from `dorothy reports`.")
]


def reports(desk: DeskOption = DESK_FILE, local: LocalOption = None) -> None:
    """List the report links of the last 90 days, the newest first, by name: the links themselves are not stored."""
    with aws_errors():
        meant, now = target(desk, local=local), utc_now()
        links = ReportLinkItems(meant.client("dynamodb"), meant.stack.outputs["DeskTable"]).all()
    for link in links:
        typer.echo(f"{link.hash[:NAMED_BY]}\t{link.report.text}\t{standing(link, opens=link.opens(now))}")
    if not links:
        typer.echo("No report has been made yet.")


def revoke(link: LinkArgument, desk: DeskOption = DESK_FILE, local: LocalOption = None) -> None:
    """Revoke a link to a report or a case at once. The report or case itself stays."""
    with aws_errors():
        meant, now = target(desk, local=local), utc_now()
        dynamodb, table = meant.client("dynamodb"), meant.stack.outputs["DeskTable"]
        cases = CaseLinkItems(dynamodb, table)
        if case := next(filter(None, map(cases.find, ids_in(link))), None):
            cases.revoke(case.hash, now)
            message = f"The link of {case.department} to the case {case.case_id} is closed."
        else:
            reports = ReportLinkItems(dynamodb, table)
            report = link_meant(link, reports.all())
            reports.revoke(report.hash, now)
            message = f"The link to {report.report.text} is closed."
    typer.echo(message)
