from datetime import UTC, datetime

import pytest

from local.demo.play import Handled
from local.demo.script import Worked
from local.demo.steps import deed
from local.demo.timeline import OwnPost

NOW = datetime(2026, 11, 24, 1, 12, tzinfo=UTC)
REPLY = OwnPost("7", NOW, "@mina 다 됐습니다 ^요금팀", "mina")


def handled(by: str, action: str, reply: OwnPost | None = None, **filled: str) -> Handled:
    return Handled(Worked(NOW, by, "mention", action, filled, None), "7Q2M4-XD93K", reply)


@pytest.mark.parametrize(
    ("done", "told"),
    [
        (handled("billing", "take", name="가온"), "billing takes 7Q2M4-XD93K"),
        (handled("devices", "answer", text="네, {됩니다}"), "devices drafts an answer to 7Q2M4-XD93K: 네, {됩니다}"),
        (handled("operator", "answer", REPLY, name="운영자"), "the operator sends the answer to 7Q2M4-XD93K"),
        (handled("billing", "answer", REPLY, text="네"), "billing answers 7Q2M4-XD93K"),
        (
            handled("network", "answer", REPLY, text="곧", holding="1", promised_until="2026-11-25T12:00"),
            "network promises 7Q2M4-XD93K an answer by Wed 12:00",
        ),
        (
            handled("operator", "hand", department="home", reason="집 인터넷"),
            "the operator hands 7Q2M4-XD93K to home: 집 인터넷",
        ),
        (handled("home", "close", reason="혼잣말"), "home says that 7Q2M4-XD93K needs no answer: 혼잣말"),
    ],
)
def test_what_was_done_with_a_case_is_told_in_a_few_words(done: Handled, told: str) -> None:
    assert deed(done) == told
