from datetime import UTC, datetime

import pytest

from local.demo.office import Handled
from local.demo.script import Worked
from local.demo.steps import deed
from local.demo.timeline import OwnPost

NOW = datetime(2026, 11, 24, 1, 12, tzinfo=UTC)
REPLY = OwnPost("7", NOW, "@mina 다 됐습니다 ^요금팀", "mina")


def handled(by: str, action: str, *replies: OwnPost, **filled: str) -> Handled:
    return Handled(Worked(NOW, by, "mention", action, filled, None), ["7Q2M4-XD93K"], replies)


def refused(by: str, action: str, why: str) -> Handled:
    return Handled(Worked(NOW, by, "mention", action, {}, None, refused=True), ["7Q2M4-XD93K"], refusal=why)


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
        (handled("billing", "answer", REPLY, REPLY, text="네"), "billing answers 7Q2M4-XD93K in 2 posts"),
        (handled("billing", "private", REPLY), "billing asks the author of 7Q2M4-XD93K into a private conversation"),
        (
            handled("operator", "misread", department="devices", kind="fault"),
            "the operator says that 7Q2M4-XD93K was read wrongly: it is for devices",
        ),
        (refused("billing", "answer", "원하지 않습니다."), "billing may not answer 7Q2M4-XD93K: 원하지 않습니다."),
        (
            Handled(Worked(NOW, "home", "emergencies", "take", {}, None), ["A", "B"]),
            "home takes 2 cases that nobody had taken on",
        ),
        (handled("home", "close", reason="혼잣말"), "home says that 7Q2M4-XD93K needs no answer: 혼잣말"),
    ],
)
def test_an_action_is_described_in_a_few_words(done: Handled, told: str) -> None:
    assert deed(done) == told
