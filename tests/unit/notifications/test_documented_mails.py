from pathlib import Path

from tests.families import for_each
from tests.unit.notifications.examples import MAILS, message, shown

DOCS = Path(__file__).parents[3] / "docs"


@for_each("name", MAILS)
def test_the_page_shows_mails_as_they_are_really_sent(name: str) -> None:
    page = (DOCS / "mail.md").read_text(encoding="utf-8")

    assert f"```text\n{shown(MAILS[name]())}\n```" in page


def test_the_example_of_the_contract_is_a_real_message() -> None:
    assert (DOCS / "contracts" / "case-v1.example.json").read_text(encoding="utf-8") == message()
