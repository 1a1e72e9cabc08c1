"""SNS's errors become the desk's here."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError

from desk.adapters.store_errors import code_of
from desk.errors import TopicsUnavailable


@contextmanager
def topic_errors(topic: str) -> Iterator[None]:
    """Raise TopicsUnavailable, with the topic's name for people, for whatever kept SNS from doing as asked."""
    try:
        yield
    except ClientError as exc:
        raise TopicsUnavailable(f"{topic}: {code_of(exc) or 'refused'}") from exc
    except BotoCoreError as exc:
        raise TopicsUnavailable(f"{topic}: {type(exc).__name__}") from exc
