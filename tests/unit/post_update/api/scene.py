"""The API with everything behind it in memory, spoken to by API Gateway's events."""

import json
from base64 import b64decode
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import uuid4
from zoneinfo import ZoneInfo

from requests.structures import CaseInsensitiveDict

from desk.brand import Brand
from desk.logs import desk_log
from desk.pictures.web_pictures import WebPictures
from desk.posts.decisions import PostDecisions
from desk.posts.model import Post, PostState
from desk.posts.submit import PostSubmitter
from desk.replies.open import CaseOpener
from desk.replies.perform import CaseCommands
from post_update.api.app import Api, resolver
from post_update.api.auth import ApiToken, Authenticator, TokenRight, require
from post_update.api.cases import CaseDesk, CaseRoutes
from post_update.api.posts import PostRoutes
from tests.brands import small_brand
from tests.fakes.api_tokens import CMS, CRM, EDITOR, FakeApiTokens
from tests.fakes.cases import FakeCases, FakeOptOuts
from tests.fakes.pictures import FakePictureQueue, FakePictures
from tests.fakes.posts import FakePerformances, FakePostQueue, FakePosts, FakePostTimer
from tests.unit.posts.scene import a_post as a_queued_post

if TYPE_CHECKING:
    from desk.errors import QueueUnavailable

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
SEOUL = ZoneInfo("Asia/Seoul")


def a_post(state: PostState, *, publish_at: datetime = NOON) -> Post:
    """A post of the CMS in this state."""
    times = {
        "accepted_at": NOON,
        "publish_at": publish_at,
        "at": publish_at,
        "expires_at": publish_at + timedelta(days=1),
    }
    return a_queued_post("개통", id="p1", state=state, weighted_length=4, **times)


class Answer(NamedTuple):
    """What the caller gets."""

    status: int
    headers: Mapping[str, str]
    body: str

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def fields(self) -> list[str]:
        """The fields that the problem names."""
        return sorted(error["field"] for error in self.json["errors"])


class Scene:
    """A desk at noon. Tests change `now` and what the fakes do."""

    def __init__(self, brand: Brand | None = None) -> None:
        self.now = NOON
        self.tokens = FakeApiTokens(CMS, EDITOR, CRM)
        self.store = FakePosts()
        self.switch = self.store.switch
        self.queue, self.timer = FakePostQueue(), FakePostTimer()
        self.performances = FakePerformances()
        self.cases, self.brand = FakeCases(), brand or small_brand()
        self.opt_outs = FakeOptOuts()
        self.pictures, self.picture_queue = FakePictures(), FakePictureQueue()
        self.queue_errors: list[QueueUnavailable] = []
        self.api = self._api()

    def _api(self) -> Api:
        logger = desk_log(f"test-{uuid4()}")  # of one name there is one logger, with the first test's stdout
        app = resolver()

        def authorize(right: TokenRight) -> str:
            return require(app.context["token"], right)

        submitter = PostSubmitter(
            self.store,
            self.queue,
            self.timer,
            self._now,
            self.queue_errors.append,
            handle=self.brand.handle,
            approval=(),
        )
        decisions = PostDecisions(self.store, self.switch, self.queue, self.timer, self._now, self.queue_errors.append)
        pictures = WebPictures(self.pictures, self.picture_queue)
        PostRoutes(
            submitter, decisions, self.performances, pictures, self.store.promises, self.brand, authorize
        ).register(app)
        open_case = CaseOpener(None, self.cases, self.switch, self.opt_outs)
        commands = CaseCommands(self.cases, submitter, None, self.brand)
        cases = CaseDesk(open_case, commands, self.store, self.brand, self._now)
        CaseRoutes(self.cases, cases, authorize).register(app)
        return Api(app, Authenticator(self.tokens), logger)

    def _now(self) -> datetime:
        return self.now

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        token: ApiToken | None = CMS,
        headers: dict[str, str] | None = None,
        query: dict[str, str] | None = None,
    ) -> Answer:
        """One request; a body that is no text is sent as JSON."""
        text = body if isinstance(body, str | None) else json.dumps(body, ensure_ascii=False)
        sent = {"content-type": "application/json"} if text is not None else {}
        sent |= {"authorization": f"Bearer {token.token}"} if token else {}
        answer = self.api.respond(event(method, path, text, sent | (headers or {}), query), self.now)
        body = b64decode(answer["body"]).decode() if answer["isBase64Encoded"] else answer["body"]
        return Answer(answer["statusCode"], CaseInsensitiveDict(answer["headers"]), body)


def event(
    method: str, path: str, body: str | None, headers: dict[str, str], query: dict[str, str] | None = None
) -> dict[str, Any]:
    """As API Gateway's HTTP API sends it (payload 2.0)."""
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": "",
        "headers": headers,
        "queryStringParameters": query or {},
        "requestContext": {"stage": "$default", "http": {"method": method, "path": path}},
        "body": body,
        "isBase64Encoded": False,
    }
