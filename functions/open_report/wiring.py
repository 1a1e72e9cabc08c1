"""Settings become clients, clients become adapters, and these meet the use case."""

from collections.abc import Mapping
from typing import NamedTuple

import boto3
from aws_lambda_powertools import Logger
from botocore.config import Config

from desk.brand import Brand, load_brand
from desk.reports.store import ReportFiles, ReportLinkItems
from desk.settings import setting
from open_report.open import OpenReport

_PATIENCE = Config(connect_timeout=1, read_timeout=3, retries={"mode": "standard", "total_max_attempts": 2})
"""Somebody waits before a screen: better an answer that says "later" than none."""


class Wired(NamedTuple):
    """What the handler needs."""

    open_report: OpenReport
    brand: Brand
    logger: Logger


def wire(environment: Mapping[str, str]) -> Wired:
    """Everything made once; raises SettingsError, which names what is missing."""
    links = ReportLinkItems(boto3.client("dynamodb", config=_PATIENCE), setting(environment, "DESK_TABLE"))
    reports = ReportFiles(boto3.client("s3", config=_PATIENCE), setting(environment, "REPORTS_BUCKET"))
    return Wired(OpenReport(links, reports), load_brand(), Logger())
