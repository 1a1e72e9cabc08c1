"""Settings become clients, clients become stores, and these meet the use case."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import boto3
from aws_lambda_powertools import Logger
from botocore.exceptions import BotoCoreError, ClientError

from desk.aws.dynamodb import CLIENT_CONFIG
from desk.brand import Brand, load_brand
from desk.cases.inbox import InboxItems
from desk.clock import utc_now
from desk.concerned import concerns
from desk.errors import SettingsError, StoreBusy
from desk.fetch.guarded import GuardedFetcher, guarded_fetcher
from desk.links import X_SITE
from desk.logs import desk_log
from desk.notifications.phone_news import PhoneNews, phone_news_in
from desk.settings import setting
from desk.staff.devices import DeviceItems
from notify_phones.notify import PhoneNotifier
from notify_phones.web_push import Result, WebPush

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient


class NotTaken(Exception):
    """Push services did not take messages now; Lambda invokes the function again."""


class Wired(NamedTuple):
    """The function, wired. `secret` has the desk's private key; the secret is read at each invocation, a rare one."""

    brand: Brand
    devices: DeviceItems
    inbox: InboxItems
    fetcher: GuardedFetcher
    secrets: "SecretsManagerClient"
    secret: str
    logger: Logger

    def notify(self, messages: Sequence[str]) -> None:
        """Notify devices of what the messages say. Raises StoreBusy and NotTaken; repeating sends the rest.

        Before `dorothy push-keys` made keys, there are no devices and nothing is sent.
        """
        key = self._private_key()
        if not key:
            self.logger.info("no keys, so no device is notified")
            return
        push = WebPush(self.fetcher, key, f"{X_SITE}/{self.brand.handle}")
        notifier = PhoneNotifier(self.devices, self.inbox, push, self.brand, utc_now)
        news = list(self._news(messages))
        with concerns(case=[one.case_id for one in news if one.case_id]):
            report = notifier.notify(news)
            self.logger.info("devices were notified", extra={str(result): report.results[result] for result in Result})
        if report.left:
            raise NotTaken(f"{report.left} messages")

    def _news(self, messages: Sequence[str]) -> Iterator[PhoneNews]:
        """The news; a message in an unknown form is dropped and logged, since it would always fail."""
        for message in messages:
            try:
                yield phone_news_in(message)
            except (ValueError, KeyError, TypeError):
                self.logger.error("a message in an unknown form is dropped")  # noqa: TRY400

    def _private_key(self) -> str:
        try:
            text = self.secrets.get_secret_value(SecretId=self.secret)["SecretString"]
        except (ClientError, BotoCoreError) as exc:
            raise StoreBusy("the keys can't be read") from exc
        try:
            return str(json.loads(text)["private_key"])
        except (ValueError, KeyError, TypeError) as exc:
            raise SettingsError("the secret with the keys was edited by hand; run `dorothy push-keys`") from exc


def wire(environment: Mapping[str, str], brand: Brand | None = None) -> Wired:
    """Everything made once, for the compiled brand unless another is given. Raises SettingsError."""
    brand = brand or load_brand()
    dynamodb = boto3.client("dynamodb", config=CLIENT_CONFIG)
    return Wired(
        brand,
        DeviceItems(dynamodb, setting(environment, "DESK_TABLE")),
        InboxItems(dynamodb, cases_table=setting(environment, "CASES_TABLE")),
        guarded_fetcher(brand.handle, setting(environment, "FETCH_EXCEPTIONS", may_be_empty=True)),
        boto3.client("secretsmanager", config=CLIENT_CONFIG),
        setting(environment, "PUSH_SECRET"),
        desk_log(),
    )
