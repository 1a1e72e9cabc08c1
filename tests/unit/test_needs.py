"""What is skipped for want of something is said at the end, with the command that runs it."""

import pytest

from tests.needs import needs, skipped_for_needs


def reason(mark: pytest.MarkDecorator) -> str:
    return f"Skipped: {mark.kwargs['reason']}"


def test_what_is_missing_is_named_with_how_many_tests_and_what_runs_them() -> None:
    browser = reason(needs("a Chromium", is_there=False, command="get one"))
    tool = reason(needs("a tool", is_there=False, command="get it"))

    assert list(skipped_for_needs([browser, "Skipped: about the tables", tool, browser])) == [
        "2 skipped for want of a Chromium. To run them: get one",
        "1 skipped for want of a tool. To run them: get it",
    ]


@pytest.mark.parametrize("is_there", [True, False])
def test_a_test_is_skipped_only_where_something_is_missing(is_there: bool) -> None:
    assert needs("a tool", is_there=is_there, command="get it").args == (not is_there,)
