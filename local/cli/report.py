"""`dorothy reports` and `dorothy revoke`: the links that open reports."""

from typing import Annotated

import boto3
import typer

from desk.adapters.report_link_items import ReportLinkItems
from desk.clock import utc_now
from local.brand.load import DESK_FILE, load_desk
from local.brand.parameters import stack_name
from local.cli.aws_errors import aws_errors
from local.cli.check import DeskOption
from local.deployed.report_links import NAMED_BY, link_meant, standing
from local.deployed.stack import deployed_stack

LinkArgument = Annotated[
    str, typer.Argument(metavar="LINK", help="The address that was mailed, its id, or a name from `dorothy reports`.")
]


def reports(desk: DeskOption = DESK_FILE) -> None:
    """List the links to reports that were made in the last 90 days, the newest first; none can be opened from here."""
    with aws_errors():
        links, now = _links(stack_name(load_desk(desk))).all(), utc_now()
    for link in links:
        typer.echo(f"{link.hash[:NAMED_BY]}\t{link.report.text}\t{standing(link, opens=link.opens(now))}")
    if not links:
        typer.echo("No report has been made yet.")


def revoke(link: LinkArgument, desk: DeskOption = DESK_FILE) -> None:
    """Close a link to a report at once, for everybody who has it. The report itself stays."""
    with aws_errors():
        links = _links(stack_name(load_desk(desk)))
        meant = link_meant(link, links.all())
        links.revoke(meant.hash, utc_now())
    typer.echo(f"The link to {meant.report.text} is closed.")


def _links(stack: str) -> ReportLinkItems:
    outputs = deployed_stack(boto3.client("cloudformation"), stack).outputs
    return ReportLinkItems(boto3.client("dynamodb"), outputs["DeskTable"])
