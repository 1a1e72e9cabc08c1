"""AWS's errors, printed like every other error of the command line."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError

from desk.errors import StoreBusy
from local.cli.errors import UserError


@contextmanager
def aws_errors() -> Iterator[None]:
    """Report missing credentials, region or permissions with the sentence that AWS gives.

    Of a table that gave no answer nobody knows what it did: every command may be run again.
    """
    try:
        yield
    except StoreBusy as exc:
        raise UserError(
            f"A table of the desk gave no answer ({exc}); what was asked may be done or not: run the command again."
        ) from exc
    except (BotoCoreError, ClientError) as exc:
        raise UserError(f"AWS says: {exc}") from exc
