"""`dorothy subscribe`: who gets the mail, and who is called."""

from typing import Annotated

import boto3
import typer

from local.brand.load import DESK_FILE, load_desk
from local.brand.parameters import stack_name
from local.cli.aws_errors import aws_errors
from local.cli.options import DeskOption
from local.deployed.confirmation import confirm, parse_link
from local.deployed.live_settings import settings_of
from local.deployed.stack import deployed_stack
from local.deployed.subscriptions import subscribe as make_subscriptions

LinkOption = Annotated[str, typer.Option("--confirm", metavar="LINK", help="Confirm with the link of AWS's mail.")]
ResendOption = Annotated[bool, typer.Option("--resend", help="Invite again addresses that have not confirmed.")]
PruneOption = Annotated[bool, typer.Option("--prune", help="Unsubscribe addresses that no setting names.")]


def subscribe(
    desk: DeskOption = DESK_FILE,
    confirm_link: LinkOption = "",
    *,
    resend: ResendOption = False,
    prune: PruneOption = False,
) -> None:
    """Subscribe the addresses of the desk's settings to the deployed stack's topics, or confirm one of them."""
    loaded = load_desk(desk)
    link = parse_link(confirm_link) if confirm_link else None
    with aws_errors():
        stack, sns = deployed_stack(boto3.client("cloudformation"), stack_name(loaded)), boto3.client("sns")
        if link:
            confirm(sns, stack, link)
            typer.echo(f"Confirmed at {link.topic.rsplit(':', 1)[1]}; only this account can unsubscribe it.")
            return
        wished = settings_of(boto3.client("dynamodb"), stack, desk).desk()
        for standing in make_subscriptions(sns, wished, stack, resend=resend, prune=prune):
            typer.echo(f"{standing.topic.rsplit(':', 1)[1]}\t{standing.address}\t{standing.state}")
