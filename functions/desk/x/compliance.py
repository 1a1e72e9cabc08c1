"""Compliance jobs as X tells them, and their files.

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
    """Where a compliance job stands; an unknown state counts as FAILED."""

    CREATED = "created"
    """It waits for its ids."""
    IN_PROGRESS = "in_progress"
    COMPLETE = "complete"
    FAILED = "failed"


class ComplianceJob(NamedTuple):
    """A job of X's: a list of ids goes up, those that must not be kept come down. The addresses expire."""

    id: str
    name: str
    state: JobState
    upload_url: str
    download_url: str


class XCompliance(Protocol):
    """Batch compliance jobs. Every method raises the errors under XError, or BreakerOpen."""

    def create_compliance_job(self, name: str) -> ComplianceJob:
        """A new job for posts. After Unavailable it may exist all the same: look for its name."""
        ...

    def compliance_jobs(self) -> tuple[ComplianceJob, ...]:
        """The jobs for posts that X still knows."""
        ...

    def compliance_job(self, job_id: str) -> ComplianceJob:
        """The job as it stands."""
        ...

    def take_usage(self) -> Usage:
        """What was used since the last call of this method, settled in the day's sum. Every run ends with it."""
        ...


class ComplianceFiles(Protocol):
    """The two files of a job, at X's addresses. Every method raises Unavailable."""

    def upload(self, job: ComplianceJob, ids: Iterable[str]) -> int:
        """Send the ids, in place of those that were sent before; how many."""
        ...

    def deleted(self, job: ComplianceJob) -> frozenset[str]:
        """Ids of the posts that must not be kept: deleted, protected, withheld, or of a suspended account.

        All of them or none: what breaks off half-way raises.
        """
        ...


class Round(NamedTuple):
    """Where asking about everything once stands. All moments are aware.

    `first_at` is when the desk began to follow X, `followed_at` when the last round that ended had begun: whatever was
    deleted before then is deleted here. `began_at` and `job_id` are those of the round under way, if there is one.
    """

    first_at: datetime
    followed_at: datetime | None = None
    began_at: datetime | None = None
    job_id: str | None = None
    uploaded: bool = False


class Rounds(Protocol):
    """The round, kept between runs. Raises StoreBusy."""

    def load(self) -> Round | None:
        """The round as it was saved; None before the first."""
        ...

    def save(self, state: Round) -> None:
        """Keep it, in place of the one before."""
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

        A case of which no mention has words any more loses its author's name, its draft and its texts, and stays open.
        """
        ...


_IN_MEMORY = 5_000_000
_CONNECT, _READ = 5.0, 60.0
_DELETE = "delete"
_HARMLESS = frozenset({"scrub_geo"})
"""Actions that concern nothing that the desk keeps."""

_log = logging.getLogger(__name__)


def job_of(data: object) -> ComplianceJob:
    """The job in X's answer; raises Unavailable when it is none."""
    plain: Mapping[str, Any] = data if isinstance(data, dict) else {}
    told = plain.get("status")
    if not isinstance(plain.get("id"), str) or not isinstance(told, str):
        raise Unavailable("X answered with something that is no compliance job")
    return ComplianceJob(
        id=plain["id"],
        name=str(plain.get("name", "")),
        state=JobState(told) if told in set(JobState) else JobState.FAILED,
        upload_url=str(plain.get("upload_url", "")),
        download_url=str(plain.get("download_url", "")),
    )


class ComplianceFilesHttp:
    """The port ComplianceFiles. The addresses are signed by X: no credentials go there.

    Over plain HTTP only where the API itself is: on one machine.
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
            raise Unavailable("X gave no address that can be used for a compliance job's file")
        try:
            answer = self._session.request(method, url, timeout=(_CONNECT, _READ), allow_redirects=False, **more)
        except (RequestException, HTTPError) as exc:
            raise Unavailable(f"no answer about a compliance job's file: {type(exc).__name__}") from exc
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
            _log.warning("X asks for %r of a post, which is not known here", action)


_KEY = to_item({"item": "compliance", "part": "round"})
_MOMENTS = ("first_at", "followed_at", "began_at")


class RoundItems:
    """The port Rounds on DynamoDB."""

    def __init__(self, client: "DynamoDBClient", desk_table: str) -> None:
        self._client = client
        self._desk = desk_table

    def load(self) -> Round | None:
        """See Rounds."""
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
        """See Rounds."""
        moments = {name: moment_text(moment) for name in _MOMENTS if (moment := getattr(state, name))}
        item = _KEY | to_item(moments | {"job_id": state.job_id, "uploaded": state.uploaded})
        with store_errors():
            self._client.put_item(TableName=self._desk, Item=item)
