"""`dorothy doctor`: how the desk is, in one page, for people on call."""

import typer
from botocore.config import Config

from desk.brand import brand_of
from desk.clock import utc_now
from desk.doctor.checks import Health, examine
from local.brand.compile import compile_desk
from local.brand.load import DESK_FILE
from local.cli.aws_errors import aws_errors
from local.cli.options import DeskOption, LocalOption
from local.cli.target import target
from local.deployed.doctor import Resources, all_checks
from local.deployed.live_settings import settings_of

_TIMEOUTS = Config(connect_timeout=2, read_timeout=4, retries={"mode": "standard", "total_max_attempts": 2})
_SIGNS = {
    Health.OK: "  ok",
    Health.LOOK: "look",
    Health.ACT: " ACT",
    Health.UNKNOWN: "   ?",
}


def doctor(desk: DeskOption = DESK_FILE, local: LocalOption = None) -> None:
    """Print how the desk is, one line for each check with what to do about it. Nothing is changed.

    It takes ten seconds at most. The exit code is 1 if somebody has to act, or if something could not be checked.
    """
    with aws_errors():
        meant = target(desk, local=local)
        resources = Resources(meant.stack, lambda service: meant.client(service, _TIMEOUTS))
        live = settings_of(resources.client("dynamodb"), meant.stack, desk).desk()
        now = utc_now()
        brand = brand_of(compile_desk(live, year=now.year))
        findings = examine(all_checks(resources, brand, now))
    for finding in findings:
        typer.echo(f"{_SIGNS[finding.verdict]}  {finding.title('en')}: {finding.sentence('en')}")
    if any(finding.verdict in {Health.ACT, Health.UNKNOWN} for finding in findings):
        raise typer.Exit(1)
