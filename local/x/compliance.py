"""Batch compliance jobs of the local X: a client uploads ids in a file, and downloads those that must not be kept.

A job is complete as soon as its ids were uploaded. Source of the shapes: X's OpenAPI description (2.167) and its guide,
https://docs.x.com/x-api/compliance/batch-compliance/introduction
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from local.x.http import Answer, Request, error_answer, invalid, not_found, plain
from local.x.render import instant
from local.x.state import World

FILES = "/compliance-files/"
COMPLIANCE_FIELDS = {"compliance_job.fields"}
_FILE = re.compile(FILES + r"(\d+)")
_TYPES = ("tweets", "users")
_UPLOAD_LASTS, _DOWNLOAD_LASTS = timedelta(minutes=15), timedelta(days=7)
_LONGEST_NAME = 64


@dataclass(slots=True)
class Job:
    """One job; `ids` is None until they were uploaded."""

    id: str
    name: str
    type: str
    created_at: datetime
    ids: list[str] | None = None

    def state(self, now: datetime) -> str:
        """The job's status, as X names it."""
        if self.ids is not None:
            return "complete"
        return "created" if now < self.created_at + _UPLOAD_LASTS else "expired"


class Compliance:
    """The jobs of one local X. `root` is its own address, under which the files are."""

    def __init__(self) -> None:
        self.root = ""
        self._jobs: dict[str, Job] = {}

    def create(self, world: World, body: Any) -> dict[str, Any]:
        """POST /2/compliance/jobs."""
        asked: Mapping[str, Any] = body if isinstance(body, dict) else {}
        kind, name = asked.get("type"), str(asked.get("name", ""))
        if kind not in _TYPES:
            raise invalid("type", str(kind), f"`type` takes one of {', '.join(_TYPES)}")
        if len(name) > _LONGEST_NAME:
            raise invalid("name", name, f"`name` has at most {_LONGEST_NAME} characters")
        job = Job(str(1_900_000_000_000_000_000 + len(self._jobs)), name, str(kind), world.clock.now())
        self._jobs[job.id] = job
        return {"data": self._plain(job, world)}

    def all(self, world: World, query: Mapping[str, str]) -> dict[str, Any]:
        """GET /2/compliance/jobs."""
        if query.get("type") not in _TYPES:
            raise invalid("type", query.get("type", ""), f"`type` takes one of {', '.join(_TYPES)}")
        found = [self._plain(job, world) for job in self._jobs.values() if job.type == query["type"]]
        shown = [each for each in found if query.get("status") in (None, each["status"])]
        return {"data": shown, "meta": {"result_count": len(shown)}} if shown else {"meta": {"result_count": 0}}

    def one(self, world: World, job_id: str) -> dict[str, Any]:
        """GET /2/compliance/jobs/{id}."""
        if job_id not in self._jobs:
            raise not_found()
        return {"data": self._plain(self._jobs[job_id], world)}

    def file(self, world: World, request: Request) -> Answer:
        """The file of a job: PUT its ids, GET its result. The address is the credential, as with X's."""
        found = _FILE.fullmatch(request.path)
        job = self._jobs.get(found[1]) if found else None
        if job is None:
            return error_answer(not_found())
        if request.method == "PUT" and job.state(world.clock.now()) != "expired":
            job.ids = request.get_data().decode("ascii").split()
            return Answer()
        if request.method == "GET" and job.ids is not None:
            with world.lock:
                lines = [json.dumps(line) for post_id in job.ids if (line := _result(world, post_id))]
            return Answer("".join(f"{line}\n" for line in lines), content_type="application/octet-stream")
        return error_answer(plain(403, "Forbidden"))

    def _plain(self, job: Job, world: World) -> dict[str, Any]:
        return {
            "id": job.id,
            "type": job.type,
            "status": job.state(world.clock.now()),
            "resumable": False,
            "created_at": instant(job.created_at),
            "upload_url": f"{self.root}{FILES}{job.id}",
            "upload_expires_at": instant(job.created_at + _UPLOAD_LASTS),
            "download_url": f"{self.root}{FILES}{job.id}",
            "download_expires_at": instant(job.created_at + _DOWNLOAD_LASTS),
        } | ({"name": job.name} if job.name else {})


def _result(world: World, post_id: str) -> dict[str, Any] | None:
    """The result for a post that must not be kept; None for one that is shown or never existed."""
    post = world.posts.get(post_id)
    if post is None or (not post.deleted and world.is_shown(post)):
        return None
    reason = "deleted" if post.deleted else "protected"
    return {"id": post_id, "action": "delete", "created_at": instant(post.created_at), "reason": reason}
