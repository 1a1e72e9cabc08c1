"""A clock that a script sets, for functions that play a whole day within seconds, the same each time.

What the desk says about time comes from the schedules' events, but leases, breakers and mail budgets are guarded by
the machine's clock. In a rehearsal `desk.clock.utc_now` reads a file instead, so that ten minutes are ten minutes.
Nor is anything drawn at random there: the ids of posts and of links follow from the time and from the function that
makes them, since two functions may make links at one moment. A queue's delay is a one-time schedule.
"""

from datetime import UTC, datetime, timedelta
from hashlib import md5
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import Any

from desk.posts.queue import expression
from local.aws.source import FUNCTIONS

CLOCK_SETTING = "DOROTHY_REHEARSAL_CLOCK"
"""The environment variable with the path of the clock's file."""

_DELAYED = "delayed"
"""The group of the schedules that are delayed messages."""
_CLOCK = "desk/clock.py"
_POST_IDS = "desk/posts/submit.py"
_LINK_IDS = "desk/links.py"
_TOLD_TIME = f'''

def utc_now() -> datetime:
    """The rehearsal's time."""
    import os
    from pathlib import Path

    return datetime.fromisoformat(Path(os.environ["{CLOCK_SETTING}"]).read_text(encoding="ascii"))
'''
_TOLD_SECRETS = '''


class secrets:
    """The rehearsal's: what it draws follows from the time, the function and how often that drew: always the same."""

    drawn = 0

    @classmethod
    def choice(cls, letters: str) -> str:
        return cls._random().choice(letters)

    @classmethod
    def token_urlsafe(cls, length: int) -> str:
        from base64 import urlsafe_b64encode

        return urlsafe_b64encode(cls._random().randbytes(length)).decode().rstrip("=")

    @classmethod
    def _random(cls):
        import os
        from random import Random

        from desk.clock import utc_now

        cls.drawn += 1
        return Random(f"{cls.drawn} at {utc_now()} in {os.environ.get('AWS_LAMBDA_FUNCTION_NAME')}")
'''
_INSTEAD = {_CLOCK: _TOLD_TIME, _POST_IDS: _TOLD_SECRETS, _LINK_IDS: _TOLD_SECRETS}


def rehearsed() -> dict[str, str]:
    """The modules of the functions that are others in a rehearsal, for `local.aws.source.package`."""
    return {name: (FUNCTIONS / name).read_text(encoding="utf-8") + appended for name, appended in _INSTEAD.items()}


class RehearsalClock:
    """Time as the script has it, kept in `path`. It never goes back."""

    def __init__(self, path: Path, start: datetime) -> None:
        self._path = path
        self._write(start)

    def now(self) -> datetime:
        """The rehearsal's time, in UTC."""
        return self._now

    def reach(self, moment: datetime) -> None:
        """Go on to `moment`; nothing happens when it is past already."""
        if moment > self._now:
            self._write(moment)

    def advance(self, span: timedelta) -> None:
        """Let time pass."""
        self._write(self._now + span)

    def environment(self) -> dict[str, str]:
        """What the functions must find in their environment."""
        return {CLOCK_SETTING: str(self._path)}

    def _write(self, moment: datetime) -> None:
        self._now = moment.astimezone(UTC)
        fresh = self._path.with_suffix(".new")
        fresh.write_text(self._now.isoformat(), encoding="ascii")
        fresh.replace(self._path)


def let_delays_pass(sqs: ModuleType, scheduler: ModuleType, clock: Path) -> None:
    """Have MiniStack keep each delayed message as a one-time schedule of this clock, which `local.aws.timers` fires.

    Its queues know the machine's time only: on a busy machine a delay would end early in the script.
    """
    send = sqs._HANDLERS["SendMessage"]  # noqa: SLF001 - there is no other place
    numbers = count(1)

    def send_later(message: dict[str, Any], url: str) -> Any:
        if not (delay := int(message.get("DelaySeconds") or 0)):
            return send(message, url)
        queue, name = sqs._get_q(message.get("QueueUrl", url), "sqs:SendMessage"), f"delayed-{next(numbers):06}"  # noqa: SLF001
        at = datetime.fromisoformat(clock.read_text(encoding="ascii")) + timedelta(seconds=delay)
        scheduler._create_schedule_group(_DELAYED, {})  # noqa: SLF001 - changes nothing if there is one
        schedule = {
            "GroupName": _DELAYED,
            "ScheduleExpression": expression(at),
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "Target": {
                "Arn": queue["attributes"]["QueueArn"],
                "RoleArn": "arn:aws:iam::000000000000:role/none",
                "Input": message["MessageBody"],
            },
        }
        scheduler._create_schedule(name, schedule)  # noqa: SLF001
        return {"MessageId": name, "MD5OfMessageBody": md5(message["MessageBody"].encode()).hexdigest()}  # noqa: S324 - SQS's own sum

    sqs._HANDLERS["SendMessage"] = send_later  # noqa: SLF001
