"""Wires the function: settings become clients, and clients become stores."""

from collections.abc import Mapping

import boto3
from botocore.config import Config

from desk.brand import Brand, load_brand
from desk.logs import desk_log
from desk.reports.store import ReportFiles, ReportLinkItems
from desk.settings import setting
from open_report.http import ReportPage
from open_report.open import OpenReport

_CLIENT_CONFIG = Config(connect_timeout=1, read_timeout=3, retries={"mode": "standard", "total_max_attempts": 2})
"""A person waits for the page, and an answer that says "later" is better than none."""


def wire(environment: Mapping[str, str], brand: Brand | None = None) -> ReportPage:
    """Make everything once; raises SettingsError, which names the missing setting."""
    links = ReportLinkItems(boto3.client("dynamodb", config=_CLIENT_CONFIG), setting(environment, "DESK_TABLE"))
    reports = ReportFiles(boto3.client("s3", config=_CLIENT_CONFIG), setting(environment, "REPORTS_BUCKET"))
    return ReportPage(OpenReport(links, reports), brand or load_brand(), desk_log())
