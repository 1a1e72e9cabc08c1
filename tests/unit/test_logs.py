"""What a line of the log has, and how an error is described in it."""

import json
import logging
from io import StringIO
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError

from desk.concerned import concerns
from desk.errors import Defect, RateLimited, StoreBusy, XError, failure_of
from desk.logs import desk_log, join_all_loggers
from desk.start import logged
from desk.x.errors import error_of
from tests.invocations import Context
from tests.unit.routing.scene import TUESDAY

WORDS = "청구서가 두 번 왔어요"


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> StringIO:
    """What all loggers write, once they have joined the desk's."""
    monkeypatch.setattr(logging.root, "handlers", [])
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", f"logs-{uuid4()}")
    log, stream = desk_log(), StringIO()
    monkeypatch.setattr(log.handlers[0], "stream", stream)
    join_all_loggers(log)
    return stream


def refused() -> None:
    try:
        int(WORDS)
    except ValueError as exc:
        raise StoreBusy("cancelled") from exc


def lines(written: StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


def test_a_library_and_the_desk_write_one_line_each_with_what_is_concerned(written: StringIO) -> None:
    with concerns(request="r1"), concerns(case="c1"):
        logging.getLogger("library.part").warning("slow: %d", 3)
        desk_log().info("done", extra={"mention": "1"})
    desk_log().info("later")

    library, desk, later = lines(written)
    assert (library["message"], library["request"], library["case"]) == ("slow: 3", "r1", "c1")
    assert (desk["message"], desk["mention"], desk["case"]) == ("done", "1", "c1")
    assert not {"request", "case", "mention"} & later.keys()


def test_an_error_is_written_by_class_and_place_with_its_causes(written: StringIO) -> None:
    try:
        refused()
    except StoreBusy as exc:
        logging.getLogger("desk.part").exception("failed for %s", exc.__cause__)

    (line,) = lines(written)
    assert (line["message"], line["error"]) == ("failed for ValueError", ["StoreBusy: cancelled", "ValueError"])
    assert str(line["places"]).startswith("['test_logs.py:")
    assert WORDS not in written.getvalue()


@pytest.mark.parametrize(
    ("error", "described"),
    [
        (StoreBusy("ThrottlingException"), "StoreBusy: ThrottlingException"),
        (RateLimited("X answered 429", TUESDAY), "RateLimited: X answered 429"),
        (error_of(403, {}, {"title": "Forbidden", "detail": WORDS}, TUESDAY), "NotAuthorised: X answered 403"),
        (ClientError({"Error": {"Code": "Throttled", "Message": WORDS}}, "PutItem"), "ClientError: Throttled"),
        (KeyError(WORDS), "KeyError"),
    ],
)
def test_an_error_keeps_its_message_only_where_the_desk_worded_it(error: Exception, described: str) -> None:
    assert failure_of(error) == described


def test_people_still_see_what_x_said() -> None:
    assert str(error_of(403, {}, {"detail": WORDS}, TUESDAY)) == f"X answered 403: {WORDS}"


@pytest.mark.parametrize("error", [KeyError(WORDS), XError(WORDS)])
def test_an_invocation_ends_with_the_class_of_an_error_that_is_not_the_desks_own(
    written: StringIO, error: Exception
) -> None:
    @logged
    def fails(_event: object, _context: Context) -> None:
        raise error

    with pytest.raises(Defect):
        fails({}, Context())

    (line,) = lines(written)
    assert (line["request"], line["message"]) == ("request-1", "the invocation failed")
