"""Errors, split by what the caller does about them.

```
DeskError
├── XError                  X refused or could not be reached
│   ├── RateLimited         wait until `until`, then try again
│   ├── CreditsDepleted     someone must buy credits: stop calling, tell the operator
│   │   └── PlanLimitReached  the same for a cap at X: that of the plan, or one that the owner set
│   ├── NotAuthorised       someone must renew the credentials or the plan: stop calling, tell the operator
│   ├── Unavailable         X fails or is slow: try again later; a write may or may not have happened
│   │   └── NotReached      the call was not made: nothing happened, and it can be made again
│   ├── BadRequest          the request is wrong or too far in the past: do not repeat it
│   │   └── MediaGone       X does not know, or no longer, a picture that a post names: upload it again
│   ├── FieldsMissing       X leaves out fields that every post needs: the client must be updated
│   ├── Duplicate           X has that text already, perhaps from our own earlier try
│   ├── NotSummoned         the author never mentioned us: X forbids the reply
│   └── Gone                the post is deleted, protected or withheld
├── BreakerOpen             X is not called, because of an earlier error
│   └── OverBudget          X is not called, because the price does not fit into the budget any more
├── LeaseLost               another run holds the work: leave it alone
├── StoreBusy               the tables failed after bounded retries: the next run starts where this one did
├── CaseMoved               somebody else changed the case: show it as it is now
├── SavedReplyMoved         somebody else changed the saved reply: show it as it is now
├── SettingMoved            somebody else changed the live setting: show it as it is now
├── PostMoved               another run changed the post or holds what it needs: read it again
├── Paused                  a person has paused the desk: hold the post
├── TopicsUnavailable       SNS fails or refuses: try again with the next run
├── QueueUnavailable        SQS or the scheduler fails or refuses: the sweep does it instead
├── TokensUnavailable       the API's tokens can't be read: refuse all requests, try again soon
├── ReportsUnavailable      S3 fails or refuses: try again with the next run
├── PicturesUnavailable     S3 fails or refuses: the picture is prepared, or its post published, later
├── IndexUnavailable        S3 fails or refuses, or has no index of this release: suggest nothing
├── SettingsError           the deployment is wrong: fail at start
└── Defect                  an error that nobody expected, by its class: an invocation ends with it
```
"""

import logging
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from datetime import datetime

_log = logging.getLogger(__name__)


class DeskError(Exception):
    """The base of all errors that the desk raises."""


class XError(DeskError):
    """X answered with an error, or did not answer. `words` are X's own, which may quote what it was sent."""

    words: str = ""

    def __str__(self) -> str:
        return f"{self.args[0] if self.args else ''}{self.words}"


class RateLimited(XError):
    """Too many calls; X takes them again at `until` (aware, UTC)."""

    def __init__(self, message: str, until: datetime) -> None:
        super().__init__(message)
        self.until = until


class CreditsDepleted(XError):
    """The prepaid credits are used up; waiting minutes does not help."""


class PlanLimitReached(CreditsDepleted):
    """A cap at X is reached, that of the plan or one that its owner set; waiting minutes does not help."""


class NotAuthorised(XError):
    """The credentials are revoked, or the plan does not include this call."""


class Unavailable(XError):
    """X fails, is slow or can't be reached; the call may or may not have had an effect."""


class NotReached(Unavailable):
    """The call was not made, or there was no connection: it certainly had no effect."""


class BadRequest(XError):
    """X did not accept the parameters."""


class MediaGone(BadRequest):
    """X does not know a picture that a new post names: its id has expired, or was never valid. The post is not made."""


class FieldsMissing(XError):
    """X accepts neither way to name fields, or leaves out fields that every post needs."""


class Duplicate(XError):
    """X already has a recent post with this text."""


class NotSummoned(XError):
    """The author of the post neither mentioned nor quoted the account, so X forbids the reply."""


class Gone(XError):
    """The post is deleted, protected or withheld."""


class BreakerOpen(DeskError):
    """The call was not made: `reason` holds until `retry_at` (aware, UTC)."""

    def __init__(self, reason: str, retry_at: datetime) -> None:
        super().__init__(f"{reason}; next try {retry_at.isoformat()}")
        self.reason = reason
        self.retry_at = retry_at


class OverBudget(BreakerOpen):
    """The call was not made: its highest price does not fit into the X budget of `purpose`.

    `limit` is the sum that it does not fit into: `month`, `day`, or `purpose` for that which the purpose may spend in a
    day. `retry_at` is when that sum begins anew.
    """

    def __init__(self, purpose: str, limit: str, retry_at: datetime) -> None:
        super().__init__(f"x_budget:{purpose}: {limit}", retry_at)
        self.purpose = purpose
        self.limit = limit


class LeaseLost(DeskError):
    """Another run holds the lease."""


class StoreBusy(DeskError):
    """Reading or writing the tables failed after bounded retries."""


class CaseMoved(DeskError):
    """Somebody else has changed the case meanwhile."""


class SavedReplyMoved(DeskError):
    """Somebody else has changed the saved reply meanwhile."""


class SettingMoved(DeskError):
    """Somebody else has changed the live setting meanwhile."""


class PostMoved(DeskError):
    """The post has changed since it was read, or a unique key is taken."""


class Paused(DeskError):
    """The pause switch is on."""


class TopicsUnavailable(DeskError):
    """SNS refused or could not be reached."""


class QueueUnavailable(DeskError):
    """SQS or EventBridge Scheduler refused or could not be reached."""


class TokensUnavailable(DeskError):
    """The secret with the API's tokens could not be read, or is malformed."""


class ReportsUnavailable(DeskError):
    """S3 refused or could not be reached."""


class PicturesUnavailable(DeskError):
    """The file of a picture could not be read or written."""


class IndexUnavailable(DeskError):
    """The index of earlier answers could not be read or written."""


class SettingsError(DeskError):
    """A setting is missing or malformed; the message names it."""


class Defect(DeskError):
    """What an invocation ends with after an error that is not the desk's own; the message names its class."""


def failure_of(exc: BaseException) -> str:
    """An error in a line short enough to keep and fit for the log.

    The message is there only if it is the desk's own: that of X, of AWS or of a library may quote what it was given.
    """
    name, answer = type(exc).__name__, getattr(exc, "response", None)
    if isinstance(exc, DeskError):
        said = exc.args[0] if exc.args else ""
    else:  # botocore's errors state a code, which is a word of AWS's
        said = answer.get("Error", {}).get("Code", "") if isinstance(answer, Mapping) else ""
    return f"{name}: {said}"[:200] if said else name


@contextmanager
def isolated(failures: MutableMapping[str, str], part: str) -> Iterator[None]:
    """Record and log an exception as the failure of this part instead of raising it, so that the other parts go on."""
    try:
        yield
    except Exception as exc:  # noqa: BLE001 - a failure of one part must not stop the others
        _log.warning("%s failed", part, exc_info=True)
        failures[part] = failure_of(exc)
