"""`dorothy link`: a new link to a case, for people who have lost theirs."""

from typing import Annotated

import typer

from desk.cases.links import CaseLinkItems
from desk.cases.store import CaseStoreItems
from desk.clock import utc_now
from desk.reading import OPERATOR
from local.brand.load import DESK_FILE, load_desk
from local.cli.aws_errors import aws_errors
from local.cli.options import DeskOption, LocalOption
from local.cli.target import target
from local.deployed.errors import DeployedError

CaseArgument = Annotated[str, typer.Argument(metavar="CASE", help="The case's number, like 7Q2M4-XD93K.")]
ForOption = Annotated[str, typer.Option("--for", help="The key of the department that it is for.")]


def link(
    case: CaseArgument, for_: ForOption = OPERATOR, desk: DeskOption = DESK_FILE, local: LocalOption = None
) -> None:
    """Make a new link to a case and print it; anyone with it can answer. The operator's opens every case."""
    brand = load_desk(desk)
    with aws_errors():
        if for_ not in brand.departments:
            raise DeployedError(f"desk.yaml has no department {for_!r}; known: {', '.join(brand.departments)}.")
        meant = target(desk, local=local)
        outputs, dynamodb = meant.stack.outputs, meant.client("dynamodb")
        known = CaseStoreItems(
            dynamodb,
            cases_table=outputs["CasesTable"],
            mentions_table=outputs["MentionsTable"],
            desk_table=outputs["DeskTable"],
        ).get(case.strip().upper())
        if known is None:
            raise DeployedError(f"There is no case {case.strip().upper()}.")
        if for_ not in (known.department, OPERATOR):
            raise DeployedError(f"The case is with {known.department}: a link for {for_} would open nothing.")
        made = CaseLinkItems(dynamodb, outputs["DeskTable"]).make([known.id], for_, utc_now())[known.id]
    typer.echo(f"{outputs['ApiUrl'].rstrip('/')}/answer/{made}")
