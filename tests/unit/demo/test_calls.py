from typing import Any

import pytest

from local.demo.calls import outcome


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (
            {"id": "x", "state": "scheduled", "weighted_length": 120, "estimated_cost_usd": 0.01},
            "scheduled, 120 of 280, about $0.010",
        ),
        ({"paused": True, "reason": "장애", "by": "cms", "being_published": 0}, "paused, 장애"),
        ({"paused": False, "ended": None, "held": {"posts": [{}, {}]}}, "publishing resumed; held: 2"),
        ({"cases": [{"id": "A"}, {"id": "B"}], "next_cursor": None}, "2, the newest is A"),
        ({"cases": [], "next_cursor": None}, "none"),
        ({"case_id": "A", "parts": [{"text": "네"}], "estimated_cost_usd": 0.01}, "on its way to X, about $0.010"),
        ({"title": "Unprocessable", "detail": "See errors.", "errors": [{"detail": "too long"}]}, "too long"),
        ({"title": "Unauthorized", "status": 401}, "Unauthorized"),
        ({}, ""),
    ],
)
def test_an_answer_is_described_in_a_few_words(body: dict[str, Any], said: str) -> None:
    assert outcome(body) == said
