from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast
from zoneinfo import ZoneInfo

from local.aws.mail_file import Mail
from local.demo.reports import keep_reports

if TYPE_CHECKING:
    from local.door import Door

URL = "http://127.0.0.1:4999"
EVENING = datetime(2026, 11, 24, 9, 10, tzinfo=UTC)


@dataclass
class FakeDoor:
    url: str = URL
    opened: list[str] = field(default_factory=list)

    def open(self, address: str) -> Any:
        self.opened.append(address)
        return SimpleNamespace(content=address.encode(), raise_for_status=lambda: None)


def mail(department: str, body: str, address: str = "a@x.example") -> Mail:
    return Mail("1", department, address, "arn:aws:sns:r:1:t", "Dorothy", "s", body, EVENING)


def test_each_digests_page_and_numbers_are_fetched_by_the_link_in_its_mail(tmp_path: Path) -> None:
    door = FakeDoor()
    mails = [
        mail("billing", f"{URL}/reports/not-a-digest"),
        mail("digest", f"오늘의 보고서\n{URL}/reports/abcDEF_-12345678\n감사합니다"),
        mail("digest", f"{URL}/reports/abcDEF_-12345678", "b@x.example"),
    ]

    pages = keep_reports(cast("Door", door), mails, tmp_path / "reports", ZoneInfo("Asia/Seoul"))

    assert pages == [tmp_path / "reports/2026-11-24-1810.html"]
    assert door.opened == [f"{URL}/reports/abcDEF_-12345678", f"{URL}/reports/abcDEF_-12345678/csv"]
    assert (tmp_path / "reports/2026-11-24-1810.csv").read_text() == door.opened[1]
