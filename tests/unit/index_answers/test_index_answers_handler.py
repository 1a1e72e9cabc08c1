import pytest
from aws_lambda_powertools import Logger

from desk.errors import IndexUnavailable
from index_answers import handler
from index_answers.wiring import Wired
from tests.fakes.health import FakeHeartbeats
from tests.invocations import Context
from tests.unit.suggestions.scene import NIGHT, AnsweredDesk

EVENT = {"scheduled_time": NIGHT.isoformat()}


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> AnsweredDesk:
    desk = AnsweredDesk()
    desk.answered("로밍이 안 켜집니다", "데이터 로밍을 켜 주세요.")
    monkeypatch.setattr(handler, "_wired", lambda: Wired(desk.maker, Logger(), FakeHeartbeats()))
    return desk


def test_each_night_makes_an_index_whose_words_are_not_logged(
    desk: AnsweredDesk, capsys: pytest.CaptureFixture[str]
) -> None:
    assert handler.lambda_handler(EVENT, Context()) == {"answers": 1, "whole": True}
    assert desk.texts("로밍") == ["데이터 로밍을 켜 주세요."]
    assert "로밍" not in capsys.readouterr().out


def test_a_failed_night_fails_the_run_and_the_next_makes_up_for_it(desk: AnsweredDesk) -> None:
    desk.indexes.unavailable = True
    with pytest.raises(IndexUnavailable):
        handler.lambda_handler(EVENT, Context())
    desk.indexes.unavailable = False

    assert handler.lambda_handler(EVENT, Context(100_000)) == {"answers": 0, "whole": False}
    assert handler.lambda_handler(EVENT, Context())["answers"] == 1
