"""Settings become the fetcher, which is all that this function has: it knows no AWS."""

from collections.abc import Mapping
from typing import NamedTuple

from aws_lambda_powertools import Logger

from desk.brand import Brand, load_brand
from desk.fetch.guarded import GuardedFetcher, guarded_fetcher
from desk.logs import desk_log
from desk.settings import setting


class Wired(NamedTuple):
    """What the handler uses."""

    fetcher: GuardedFetcher
    logger: Logger


def wire(environment: Mapping[str, str], brand: Brand | None = None) -> Wired:
    """Everything made once, for the compiled brand unless another is given. Raises SettingsError."""
    exceptions = setting(environment, "FETCH_EXCEPTIONS", may_be_empty=True)
    return Wired(guarded_fetcher((brand or load_brand()).handle, exceptions), desk_log())
