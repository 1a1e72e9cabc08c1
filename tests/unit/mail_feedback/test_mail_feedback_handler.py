import pytest
from aws_lambda_powertools import Logger

from desk.errors import TopicsUnavailable
from mail_feedback import handler
from mail_feedback.wiring import Wired
from tests.fakes.health import FakeHeartbeats
from tests.invocations import Context
from tests.unit.mail_feedback.scene import MONDAY, Scene

EVENT = {"schedule": "mail-feedback", "scheduled_time": MONDAY.isoformat()}
HEARTBEATS = FakeHeartbeats()


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> Scene:
    scene = Scene()
    monkeypatch.setattr(handler, "_wired", lambda: Wired(scene.sender(), Logger(), HEARTBEATS))
    HEARTBEATS.beats.clear()
    return scene


def test_a_failed_mail_fails_the_run_after_the_others_are_sent_and_comes_with_the_next(scene: Scene) -> None:
    scene.write(1, "고지서가 예뻐졌어요")
    scene.write(2, "잘 터져요", "network")
    scene.topics.gone.add("billing")

    with pytest.raises(TopicsUnavailable, match="billing"):
        handler.lambda_handler(EVENT, Context())
    scene.topics.gone.clear()
    assert HEARTBEATS.beats == {}

    assert handler.lambda_handler(EVENT, Context()) == {"sent": ["billing"], "put_off": []}
    assert handler.lambda_handler(EVENT, Context()) == {"sent": [], "put_off": []}
    assert HEARTBEATS.beats == {"mail-feedback": MONDAY}
    assert (len(scene.mails("network")), len(scene.mails("billing"))) == (1, 1)
