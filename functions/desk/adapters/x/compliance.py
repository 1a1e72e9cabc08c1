"""Compliance jobs as X tells them, and their files.

Sources: X's OpenAPI description (2.167) for jobs; its guide for the files, one id a line up and one JSON object a line
down: https://docs.x.com/x-api/compliance/batch-compliance/introduction
"""

import json
import logging
from collections.abc import Iterable, Iterator, Mapping
from tempfile import SpooledTemporaryFile
from typing import Any
from urllib.parse import urlsplit

from requests import RequestException, Response, Session
from urllib3.exceptions import HTTPError

from desk.errors import Unavailable
from desk.ports.compliance import ComplianceJob, JobState

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
