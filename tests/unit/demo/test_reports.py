from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast
from zoneinfo import ZoneInfo

from local.aws.mail_file import Mail
from local.demo.reports import Report, answers_in, keep_reports

if TYPE_CHECKING:
    from local.api import ApiClient

URL = "http://127.0.0.1:4999"
EVENING = datetime(2026, 11, 24, 9, 10, tzinfo=UTC)


@dataclass
class FakeApi:
    url: str = URL
    opened: list[str] = field(default_factory=list)

    def open(self, address: str) -> Any:
        self.opened.append(address)
        return SimpleNamespace(content=address.encode(), raise_for_status=lambda: None)


def mail(department: str, body: str, address: str = "a@x.example") -> Mail:
    return Mail("1", department, address, "arn:aws:sns:r:1:t", "Dorothy", "s", body, EVENING)


def test_each_digests_page_and_numbers_are_fetched_by_the_link_in_its_mail(tmp_path: Path) -> None:
    api = FakeApi()
    mails = [
        mail("billing", f"{URL}/reports/not-a-digest"),
        mail("digest", f"오늘의 보고서\n{URL}/reports/abcDEF_-12345678\n감사합니다"),
        mail("digest", f"{URL}/reports/abcDEF_-12345678", "b@x.example"),
    ]

    reports = keep_reports(cast("ApiClient", api), mails, tmp_path / "reports", ZoneInfo("Asia/Seoul"))

    assert reports == [Report(tmp_path / "reports/2026-11-24-1810.html", "s")]
    assert api.opened == [f"{URL}/reports/abcDEF_-12345678", f"{URL}/reports/abcDEF_-12345678/csv"]
    assert (tmp_path / "reports/2026-11-24-1810.csv").read_text() == api.opened[1]


def test_the_answers_of_each_department_are_read_from_the_numbers_beside_the_page(tmp_path: Path) -> None:
    rows = [
        "구역,항목,세부,값",
        "부서별 답변,답변함,홈,2",
        "부서별 답변,X에서 직접,홈,1",
        "부서별 답변,알 수 없음,홈,7",
    ]
    (tmp_path / "day.csv").write_text(
        "\n".join(rows) + '\n부서별 답변,"첫 답변(중간값, 분)",홈,11\n멘션,답변함,홈,9\n', encoding="utf-8-sig"
    )

    assert answers_in(tmp_path / "day.html", "ko") == {"홈": {"answered": "2", "by hand": "1", "median min": "11"}}
