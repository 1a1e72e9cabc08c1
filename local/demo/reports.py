"""The digests' reports, fetched through the API by the links that the mails carry."""

import re
from collections.abc import Iterable
from pathlib import Path
from zoneinfo import ZoneInfo

from local.aws.mail_file import Mail
from local.aws.mailbox import DIGEST
from local.door import Door


def keep_reports(door: Door, mails: Iterable[Mail], folder: Path, zone: ZoneInfo) -> list[Path]:
    """Write each digest's page, and its numbers as CSV beside it; the pages, in the order of the mails.

    Files are named by the moment of their mail in this zone.
    """
    address = re.compile(re.escape(door.url) + r"/reports/[A-Za-z0-9_-]+")
    links = {found[0]: mail for mail in mails if mail.department == DIGEST and (found := address.search(mail.body))}
    folder.mkdir(parents=True, exist_ok=True)
    return [
        _keep(door, link, folder / f"{mail.sent_at.astimezone(zone):%Y-%m-%d-%H%M}") for link, mail in links.items()
    ]


def _keep(door: Door, link: str, stem: Path) -> Path:
    page = stem.with_suffix(".html")
    for path, address in ((page, link), (stem.with_suffix(".csv"), f"{link}/csv")):
        answer = door.open(address)
        answer.raise_for_status()
        path.write_bytes(answer.content)
    return page
