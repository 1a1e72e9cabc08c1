"""`dorothy trace`: the way of a mention, case or post through functions and tables."""

from collections.abc import Iterator
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from desk.clock import utc_now
from local.brand.load import DESK_FILE, load_desk
from local.cli.aws_errors import aws_errors
from local.cli.options import DeskOption, LocalOption
from local.cli.target import target
from local.deployed.trace import Logs, Tables

IdArgument = Annotated[str, typer.Argument(metavar="MENTION|CASE|POST", help="The id of a mention, a case or a post.")]
_GROUP = "AWS::Logs::LogGroup"


def trace(asked: IdArgument, desk: DeskOption = DESK_FILE, local: LocalOption = None) -> None:
    """Print what the tables hold of a mention, case or post, and what each function logged about it, by time.

    No line has anybody's words. Logs go as far back as they are kept, and the last minute may be missing on AWS.
    """
    brand = load_desk(desk)
    zone = ZoneInfo(brand.brand.timezone)
    with aws_errors():
        meant = target(desk, local=local)
        way = Tables(meant.client("dynamodb"), meant.stack.outputs, brand.departments, zone).way_of(asked)
        groups = list(_log_groups(meant.client("cloudformation"), meant.stack.name))
        typer.echo(f"Together: {', '.join(way.ids)}")
        logs = Logs(meant.client("logs"), groups, lambda said: typer.echo(said, err=True))
        logged = logs.about(way, utc_now())
    for step in sorted([*way.steps, *logged], key=lambda step: step.at):
        where = step.where.removeprefix(f"{meant.stack.name}-")
        when = step.at.astimezone(zone).isoformat(sep=" ", timespec="milliseconds")[:23]
        typer.echo(f"{when}  {where:<17}  {step.what}")
    if not logged:
        typer.echo("No function logged anything about it, or its log is older than logs are kept.")


def _log_groups(cloudformation: Any, stack: str) -> Iterator[str]:
    for page in cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack):
        for resource in page["StackResourceSummaries"]:
            if resource["ResourceType"] == _GROUP:
                yield resource["PhysicalResourceId"]
