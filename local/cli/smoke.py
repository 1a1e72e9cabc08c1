"""`dorothy smoke`: what only AWS can show."""

from typing import Any

import boto3
import typer

from local.brand.compile import this_year
from local.brand.load import DESK_FILE, load_desk
from local.cli.aws_errors import aws_errors
from local.cli.options import DeskOption
from local.deployed.deployment import deployment_of
from local.deployed.live_settings import settings_of
from local.deployed.site import Site
from local.deployed.smoke import Seen, run_checks
from local.deployed.stack import deployed_stack


def smoke(desk: DeskOption = DESK_FILE) -> None:
    """Check on the deployed stack what only AWS can show; docs/local-limits.md explains each check."""
    loaded = load_desk(desk)
    deployment = deployment_of(loaded, year=this_year())
    faults = 0
    with aws_errors():
        session = boto3.Session()
        stack = deployed_stack(session.client("cloudformation"), deployment.stack)
        make: Any = session.client  # typed per service in the stubs; here the service is a value
        live = settings_of(session.client("dynamodb"), stack, desk).desk()
        site = Site(live, deployment, stack, make)
        for seen in run_checks(site):
            typer.echo(f"{_verdict(seen)}  {seen.about}")
            for finding in seen.findings:
                typer.echo(f"       {finding}")
            faults += 0 if seen.advice else len(seen.findings)
    if faults:
        raise typer.Exit(1)


def _verdict(seen: Seen) -> str:
    if not seen.findings:
        return "  ok "
    return " warn" if seen.advice else "WRONG"
