"""X's batch compliance jobs, their files, and the round that the desk is in.

Sources: X's OpenAPI description (2.167) for jobs; its guide for the files, one id a line up and one JSON object a line
down: https://docs.x.com/x-api/compliance/batch-compliance/introduction
"""

import json
import logging
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol
from urllib.parse import urlsplit

from requests import RequestException, Response, Session
from urllib3.exceptions import HTTPError

from desk.aws.dynamodb import from_item, moment_text, store_errors, to_item
from desk.errors import Unavailable
from desk.x.model import Usage

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class JobState(StrEnum):
    """The state of a compliance job; an unknown state counts as FAILED."""

    CREATED = "created"
    """The job waits for its ids."""
    IN_PROGRESS = "in_progress"
    COMPLETE = "complete"
    FAILED = "failed"


class ComplianceJob(NamedTuple):
    """A job of X: a list of ids is uploaded, and the ids that must not be kept are downloaded. The addresses expire."""

    id: str
    name: str
    state: JobState
    upload_url: str
    download_url: str


class XCompliance(Protocol):
    """Batch compliance jobs. Every method raises the errors under XError, or BreakerOpen."""

    def create_compliance_job(self, name: str) -> ComplianceJob:
        """Create a job for posts. After Unavailable it may exist: look for its name."""
        ...

    def compliance_jobs(self) -> tuple[ComplianceJob, ...]:
        """The jobs for posts that X has not forgotten."""
        ...

    def compliance_job(self, job_id: str) -> ComplianceJob:
        """The job in its current state."""
        ...

    def take_usage(self) -> Usage:
        """The usage since the last call of this method, settled in the day's sum. Every run ends with this call."""
        ...


class ComplianceFiles(Protocol):
    """The two files of a job, at X's addresses. Every method raises Unavailable."""

    def upload(self, job: ComplianceJob, ids: Iterable[str]) -> int:
        """Upload the ids, in place of those that were uploaded before; returns how many."""
        ...

    def deleted(self, job: ComplianceJob) -> frozenset[str]:
        """Ids of the posts that must not be kept: deleted, protected, withheld, or of a suspended account.

        Returns all of them; a download that breaks off raises.
        """
        ...


class Round(NamedTuple):
    """The state of a round, which asks X about every kept post once. All moments are aware.

    `first_at` is when the desk began to follow X. `followed_at` is when the last finished round began: posts that were
    deleted before then are erased here. `began_at` and `job_id` belong to the current round, if there is one.
    """

    first_at: datetime
    followed_at: datetime | None = None
    began_at: datetime | None = None
    job_id: str | None = None
    uploaded: bool = False


class RoundStore(Protocol):
    """Keeps the round between runs. Every method raises StoreBusy."""

    def load(self) -> Round | None:
        """The saved round; None before the first one."""
        ...

    def save(self, state: Round) -> None:
        """Save the round, in place of the one before."""
        ...


class KeptPosts(Protocol):
    """The posts whose words the desk keeps. Doing it again is safe.

    Every method raises StoreBusy, and `erase` ReportsUnavailable.
    """

    def ids(self, now: datetime) -> Iterator[str]:
        """Their ids: mentions, and posts that mentions quote as what they answer. One may come more than once."""
        ...

    def erase(self, ids: Collection[str], now: datetime) -> int:
        """Erase the words of these posts wherever they are kept; of how many places.

        A case whose mentions all lost their words loses its author's name, its draft and its texts, and stays open.
        """
        ...


_IN_MEMORY = 5_000_000
_CONNECT, _READ = 5.0, 60.0
_DELETE = "delete"
_HARMLESS = frozenset({"scrub_geo"})
"""Actions about data that the desk does not keep."""

_log = logging.getLogger(__name__)


def job_of(data: object) -> ComplianceJob:
    """The job in X's answer; raises Unavailable when there is none."""
    plain: Mapping[str, Any] = data if isinstance(data, dict) else {}
    status = plain.get("status")
    if not isinstance(plain.get("id"), str) or not isinstance(status, str):
        raise Unavailable("X did not answer with a compliance job")
    return ComplianceJob(
        id=plain["id"],
        name=str(plain.get("name", "")),
        state=JobState(status) if status in set(JobState) else JobState.FAILED,
        upload_url=str(plain.get("upload_url", "")),
        download_url=str(plain.get("download_url", "")),
    )


class ComplianceFilesHttp:
    """ComplianceFiles over HTTP. X signs the addresses: no credentials are sent.

    Plain HTTP is allowed only if the API uses it, which is the case on one machine.
    """

    def __init__(self, api_url: str) -> None:
        self._schemes = {"https", urlsplit(api_url).scheme}
        self._session = Session()
        self._session.trust_env = False

    def upload(self, job: ComplianceJob, ids: Iterable[str]) -> int:
        """See ComplianceFiles."""
        count = 0
        with SpooledTemporaryFile(_IN_MEMORY) as file:
            for count, post_id in enumerate(ids, 1):  # noqa: B007 - the last number is how many
                file.write(f"{post_id}\n".encode("ascii"))
            file.seek(0)
            with self._exchange("PUT", job.upload_url, data=file, headers={"Content-Type": "text/plain"}) as answer:
                answer.content  # noqa: B018 - read to its end
        return count

    def deleted(self, job: ComplianceJob) -> frozenset[str]:
        """See ComplianceFiles."""
        with self._exchange("GET", job.download_url, stream=True) as answer:
            try:
                return frozenset(_deleted(answer.iter_lines()))
            except (ValueError, RequestException, HTTPError) as exc:
                raise Unavailable(f"the result broke off: {type(exc).__name__}") from exc

    def _exchange(self, method: str, url: str, **more: Any) -> Response:
        if urlsplit(url).scheme not in self._schemes:
            raise Unavailable("X's address of a compliance job's file cannot be used")
        try:
            answer = self._session.request(method, url, timeout=(_CONNECT, _READ), allow_redirects=False, **more)
        except (RequestException, HTTPError) as exc:
            raise Unavailable(f"no answer for a compliance job's file: {type(exc).__name__}") from exc
        if not answer.ok:
            answer.close()
            raise Unavailable(f"a compliance job's file was answered with {answer.status_code}")
        return answer


def _deleted(lines: Iterator[bytes]) -> Iterator[str]:
    for line in lines:
        if not line.strip():
            continue
        entry = json.loads(line)
        action = entry.get("action")
        if action == _DELETE:
            yield str(entry["id"])
        elif action not in _HARMLESS:
            _log.warning("unknown action %r for a post in a compliance job's result", action)


_KEY = to_item({"item": "compliance", "part": "round"})
_MOMENTS = ("first_at", "followed_at", "began_at")


class RoundItems:
    """RoundStore on DynamoDB."""

    def __init__(self, client: "DynamoDBClient", desk_table: str) -> None:
        self._client = client
        self._desk = desk_table

    def load(self) -> Round | None:
        """See RoundStore."""
        with store_errors():
            answer = self._client.get_item(TableName=self._desk, Key=_KEY, ConsistentRead=True)
        if "Item" not in answer:
            return None
        plain = from_item(answer["Item"])
        first_at, followed_at, began_at = (
            datetime.fromisoformat(plain[name]) if name in plain else None for name in _MOMENTS
        )
        if first_at is None:
            return None
        return Round(first_at, followed_at, began_at, plain.get("job_id"), bool(plain.get("uploaded")))

    def save(self, state: Round) -> None:
        """See RoundStore."""
        moments = {name: moment_text(moment) for name in _MOMENTS if (moment := getattr(state, name))}
        item = _KEY | to_item(moments | {"job_id": state.job_id, "uploaded": state.uploaded})
        with store_errors():
            self._client.put_item(TableName=self._desk, Item=item)
