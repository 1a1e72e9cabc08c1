"""The log of a function: one form for all loggers, the desk's and the libraries'.

A line is JSON: level, time, function, request, the ids that it concerns, and what the code adds. It has no words of
customers, no handle and no token. The desk logs none, and of an error only its class and place are written, unless the
message is the desk's own: that of a library may quote what it was given.
"""

import json
import logging
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from traceback import extract_tb
from typing import Any, override

from aws_lambda_powertools import Logger
from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter

from desk.concerned import concerned
from desk.errors import failure_of

_NOT_EXTRA = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime"}
_PLACES = 12
"""So many frames of an error are written, the innermost ones."""


class Lines(LambdaPowertoolsFormatter):
    """Writes a record as a line of JSON."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "level": record.levelname,
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "function": self.log_format.get("service"),
            "message": _message(record),
            "at": f"{record.filename}:{record.lineno}",
            **concerned(),
            **{name: value for name, value in record.__dict__.items() if name not in _NOT_EXTRA},
        }
        if record.exc_info and record.exc_info[1]:
            line["error"] = [failure_of(each) for each in _chain(record.exc_info[1])]
            line["places"] = places_of(record.exc_info[1])
        return json.dumps(line, default=_value, separators=(",", ":"), ensure_ascii=False)


def places_of(error: BaseException) -> list[str]:
    """Where the error was raised, the innermost place last."""
    frames = extract_tb(error.__traceback__)[-_PLACES:]
    return [f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}" for frame in frames]


def desk_log(service: str | None = None) -> Logger:
    """The logger of this service, by default of the function. Of one name there is one."""
    return Logger(service, logger_formatter=Lines())


def join_all_loggers(log: Logger) -> None:
    """From now on all loggers write as this one does, each record once."""
    logging.root.handlers = list(log.handlers)
    logging.root.setLevel(logging.INFO)
    logging.getLogger(log.name).propagate = False


def _message(record: logging.LogRecord) -> str:
    """The sentence of a record. An error in it is described without the words of others."""
    args = record.args
    if isinstance(args, tuple):
        record = logging.makeLogRecord({**record.__dict__, "args": tuple(_described(each) for each in args)})
    return record.getMessage()


def _described(value: object) -> object:
    return failure_of(value) if isinstance(value, BaseException) else value


def _value(value: object) -> Any:
    """What JSON has no form for."""
    if isinstance(value, set | frozenset):
        return sorted(value, key=str)
    if isinstance(value, Mapping):
        return dict(value)
    return str(_described(value))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
