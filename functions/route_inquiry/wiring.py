"""Makes the router of the function, which also calls the people on call."""

from collections.abc import Mapping
from typing import NamedTuple

from aws_lambda_powertools import Logger, Metrics

from desk.brand import Brand, load_brand
from desk.links import console_url
from desk.logs import desk_log
from desk.notifications.wiring import EVERY_MINUTE, wire_on_call
from desk.routing.route import RouteAndNotify
from desk.routing.wiring import parts
from desk.settings import setting


class Wired(NamedTuple):
    """What the handler needs."""

    router: RouteAndNotify
    logger: Logger
    metrics: Metrics


def wire(environment: Mapping[str, str], brand: Brand | None = None) -> Wired:
    """Everything made once; raises SettingsError, which names a missing setting."""
    brand = (brand or load_brand())._replace(
        x_site=setting(environment, "X_SITE_URL"), console_url=console_url(setting(environment, "API_URL"))
    )
    made = parts(environment, brand)
    topic_arn = setting(environment, "ON_CALL_TOPIC_ARN")
    on_call = wire_on_call(
        environment, brand, made.dynamodb, made.sns, made.notifier.links, topic_arn=topic_arn, keep=EVERY_MINUTE
    )
    news = made.mention_news(made.spike_alerts(on_call), on_call)
    return Wired(made.router(news), desk_log(), Metrics())
