"""AWS's refusals, told as every other error of the command line."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError

from local.cli.errors import UserError


@contextmanager
def aws_errors() -> Iterator[None]:
    """No credentials, no region, no right: as the sentence that AWS gives."""
    try:
        yield
    except (BotoCoreError, ClientError) as exc:
        raise UserError(f"AWS says: {exc}") from exc
