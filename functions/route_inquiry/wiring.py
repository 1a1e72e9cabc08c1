"""What routing is made of meets the use case, and so do those on call."""

from collections.abc import Mapping
from typing import NamedTuple

from aws_lambda_powertools import Logger, Metrics

from desk.brand import load_brand
from desk.clock import utc_now
from desk.notifications.wiring import EVERY_MINUTE, wire_on_call
from desk.routing.route import RouteAndCall
from desk.routing.wiring import parts
from desk.settings import setting


class Wired(NamedTuple):
    """What the handler needs."""

    route: RouteAndCall
    logger: Logger
    metrics: Metrics


def wire(environment: Mapping[str, str]) -> Wired:
    """Everything made once; raises SettingsError, which names what is missing."""
    brand = load_brand()._replace(x_site=setting(environment, "X_SITE_URL"))
    made = parts(environment, brand)
    caller = wire_on_call(environment, brand, made.dynamodb, made.sns, made.notifier.links, keep=EVERY_MINUTE)
    return Wired(RouteAndCall(made.route, made.store, caller, utc_now), Logger(), Metrics())
