"""`dorothy check`: is desk.yaml right?"""

from pathlib import Path
from typing import Annotated

import boto3
import typer

from desk.errors import DeskError
from desk.x.transport import XCredentials, XSecret, credentials_in
from local.brand.load import DESK_FILE, load_desk
from local.brand.model import Desk
from local.brand.parameters import stack_name
from local.brand.proposal import account_notes
from local.brand.teaching import teaching_notes
from local.brand.trial import trial_notes
from local.cli.aws_errors import aws_errors
from local.cli.options import DeskOption
from local.deployed.stack import deployed_stack
from local.deployed.staging import credential_faults, staging_faults
from local.preview.public_x import X_API

StagingOption = Annotated[
    Path | None,
    typer.Option("--staging", metavar="LIVE", help="It is for a staging desk; LIVE is the live desk's desk.yaml."),
]
XOption = Annotated[str, typer.Option("--x", help="Another X, such as a local one: http://127.0.0.1:8008.")]

X_FILE = Path("x.json")
"""The credentials that are about to be put into the stack's secret."""


def check(desk: DeskOption = DESK_FILE, staging: StagingOption = None, x: XOption = X_API) -> None:
    """Check desk.yaml: name file, line, column and key of each mistake, and what is missing for training.

    With --staging also that the desk can reach no customer: X is asked what x.json may do, or else the stack's secret.
    """
    loaded = load_desk(desk)
    if staging is not None:
        faults = list(staging_faults(loaded, load_desk(staging)))
        faults += credential_faults(_credentials(loaded), x)
        if faults:
            raise DeskError("\n".join(faults))
    typer.echo(f"{loaded.brand.name.en} (@{loaded.brand.handle}): {len(loaded.departments)} departments, all well.")
    if staging is not None:
        typer.echo(
            "It is a staging desk: X lets its credentials read and no more, and it notifies nobody of the live one."
        )
    for note in [*account_notes(loaded), *trial_notes(loaded), *teaching_notes(loaded.departments)]:
        typer.echo(note)


def _credentials(desk: Desk) -> XCredentials:
    """Those of x.json here, or of the deployed stack. Raises DeskError where there are none."""
    if X_FILE.exists():
        return credentials_in(X_FILE.read_text(encoding="utf-8"), str(X_FILE))
    with aws_errors():
        stack = deployed_stack(boto3.client("cloudformation"), stack_name(desk))
        return XSecret(boto3.client("secretsmanager"), stack.outputs["XSecret"]).read()
