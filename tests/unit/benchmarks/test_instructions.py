"""Instructions are counted without start-up; where valgrind is not installed there is no figure."""

import shutil
import sys

import pytest

from benchmarks import instructions
from tests.needs import needs

pytestmark = pytest.mark.process


def loops(length: int) -> int:
    program = f"import sys\nfor _ in range({length} * int(sys.argv[1])): pass"
    return instructions.of_each(lambda count: [sys.executable, "-c", program, str(count)])


@needs("valgrind", is_there=bool(shutil.which("valgrind")), command="apt-get install valgrind && make test")
def test_what_start_up_takes_is_left_out() -> None:
    once, twice = loops(100), loops(200)

    assert once > 100
    assert twice == pytest.approx(2 * once, rel=0.02)


def test_without_valgrind_nothing_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")

    assert instructions.measure({}, []) is None
