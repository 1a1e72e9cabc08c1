"""The digests' reports, fetched through the API by the links that the mails carry."""

import csv
import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from desk.i18n import phrase
from local.api import ApiClient
from local.aws.mail_file import Mail
from local.aws.mailbox import DIGEST

ANSWERS = {
    "answered": "answers.answered",
    "by hand": "answers.by_hand",
    "private": "answers.moved",
    "promised": "answers.promised",
    "waiting": "answers.waiting",
    "overdue": "answers.overdue",
    "median min": "csv.half",
}
"""The columns of a department's answers in a digest, and their names in the catalogue."""


class Report(NamedTuple):
    """A digest's page, and the subject of the mail whose link opened it."""

    page: Path
    subject: str


def keep_reports(api: ApiClient, mails: Iterable[Mail], folder: Path, zone: ZoneInfo) -> list[Report]:
    """Write each digest's page, and its numbers as CSV beside it; the reports, in the order of the mails.

    Files are named by the moment of their mail in this zone.
    """
    address = re.compile(re.escape(api.url) + r"/reports/[A-Za-z0-9_-]+")
    links = {found[0]: mail for mail in mails if mail.department == DIGEST and (found := address.search(mail.body))}
    folder.mkdir(parents=True, exist_ok=True)
    return [
        Report(_keep(api, link, folder / f"{mail.sent_at.astimezone(zone):%Y-%m-%d-%H%M}"), mail.subject)
        for link, mail in links.items()
    ]


def answers_in(page: Path, language: str) -> dict[str, dict[str, str]]:
    """By department the figures of ANSWERS, read from the CSV beside this page."""
    names = {phrase(language, key): column for column, key in ANSWERS.items()}
    rows: dict[str, dict[str, str]] = {}
    with page.with_suffix(".csv").open(encoding="utf-8-sig", newline="") as file:
        for section, item, department, value in csv.reader(file):
            if section == phrase(language, "section.answers") and department and item in names:
                rows.setdefault(department, {})[names[item]] = value
    return rows


def _keep(api: ApiClient, link: str, stem: Path) -> Path:
    page = stem.with_suffix(".html")
    for path, address in ((page, link), (stem.with_suffix(".csv"), f"{link}/csv")):
        answer = api.open(address)
        answer.raise_for_status()
        path.write_bytes(answer.content)
    return page
