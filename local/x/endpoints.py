"""The endpoints of X that a desk and the usual clients call, each a function from parameters to an answer."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule

from local.x import messages, query, rules, timelines, uploads
from local.x.auth import Scheme
from local.x.compliance import COMPLIANCE_FIELDS, Compliance
from local.x.http import forbidden, invalid, missing, unauthorised_resource
from local.x.parameters import known_only, number, post_id, window
from local.x.render import NEW, OLD, Selection, answer, gone, instant, selection, user_json
from local.x.state import Post, User, World

ALL = frozenset(Scheme)
USER_ONLY = frozenset({Scheme.USER, Scheme.USER2})
APP_ONLY = frozenset({Scheme.APP})
APP_OR_USER2 = frozenset({Scheme.APP, Scheme.USER2})
MOST_IDS = 100
_USERNAME = re.compile(r"[A-Za-z0-9_]{1,15}")
_SPANS = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}

_FIELDS = {"tweet.fields", "post.fields", "user.fields", "media.fields", "poll.fields", "place.fields", "expansions"}
_WINDOW = {"max_results", "since_id", "until_id", "start_time", "end_time", "pagination_token"}


@dataclass(frozen=True, slots=True)
class Call:
    """An authenticated call: the world, the parts of the path, the query, the body."""

    world: World
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: Any = None
    chosen: Selection = field(default_factory=lambda: selection({}))
    compliance: Compliance = field(default_factory=Compliance)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One endpoint: how it is reached, who may call it how often in 15 minutes (app, user), and what it does."""

    name: str
    method: str
    path: str
    schemes: frozenset[Scheme]
    limits: tuple[int, int]
    parameters: frozenset[str]
    act: Callable[[Call], dict[str, Any]]
    status: int = 200


def mentions(call: Call) -> dict[str, Any]:
    """Posts that mention a user."""
    asked = window(call.query, kind="mentions" + call.path["id"], least=5, default=10)
    return _hidden_user(call) or _listing(call, timelines.mentions(call.world, call.path["id"], asked))


def own_posts(call: Call) -> dict[str, Any]:
    """Posts by a user."""
    exclude = frozenset(name for name in call.query.get("exclude", "").split(",") if name)
    if not exclude <= {"replies", "retweets"}:
        raise invalid("exclude", call.query["exclude"], "`exclude` takes [replies,retweets]")
    asked = window(call.query, kind="tweets" + call.path["id"], least=5, default=10)
    return _hidden_user(call) or _listing(call, timelines.posts_of(call.world, call.path["id"], asked, exclude))


def liked_posts(call: Call) -> dict[str, Any]:
    """Posts that the account liked; nobody sees the likes of others."""
    user_id = call.path["id"]
    asked = window(call.query, kind="liked" + user_id, least=5, default=100)
    if user_id != call.world.brand.id:
        raise invalid("id", user_id, "The `id` query parameter value does not match the authenticating user")
    page = timelines.liked(call.world, user_id, asked)
    return {**answer(call.world, page.items, call.chosen), "meta": _meta(page)}


def liking_users(call: Call) -> dict[str, Any]:
    """Who liked a post."""
    asked = window(call.query, kind="liking" + call.path["id"], least=1, default=100)
    post = _shown(call)
    if post is None:
        return {"errors": [gone(call.world, call.path["id"], "id")]}
    page = timelines.liking(call.world, post, asked)
    people = [user_json(call.world, user, call.chosen) for user in page.items]
    return {"data": people, "meta": _meta(page)} if people else {"meta": _meta(page)}


def search(call: Call) -> dict[str, Any]:
    """Recent search."""
    asked = window(call.query, kind="search", least=10, default=10)
    order = call.query.get("sort_order", "recency")
    if order not in ("recency", "relevancy"):
        raise invalid("sort_order", order, "`sort_order` takes recency or relevancy")
    test = query.parse(call.world, call.query.get("query", ""))
    return _listing(call, timelines.search(call.world, test, asked, by_relevancy=order == "relevancy"))


def count_posts(call: Call) -> dict[str, Any]:
    """How many recent posts match, in spans of a minute, an hour or a day."""
    asked = window(call.query, kind="counts", least=10, default=10)
    granularity = call.query.get("granularity", "hour")
    if granularity not in _SPANS:
        raise invalid("granularity", granularity, f"`granularity` takes [{','.join(_SPANS)}]")
    test = query.parse(call.world, call.query.get("query", ""))
    dialect = NEW if NEW.user_count in call.query.get("search_count.fields", "") else OLD
    buckets = timelines.counts(call.world, test, asked, _SPANS[granularity])
    rows = [{"start": instant(one.start), "end": instant(one.end), dialect.user_count: one.count} for one in buckets]
    return {"data": rows, "meta": {f"total_{dialect.user_count}": sum(one.count for one in buckets)}}


def post_by_id(call: Call) -> dict[str, Any]:
    """One post; `errors` states why a post is not shown."""
    post = _shown(call)
    if post is None:
        return {"errors": [gone(call.world, call.path["id"], "id")]}
    body = answer(call.world, [post], call.chosen)
    return {**body, "data": body["data"][0]}


def delete_post(call: Call) -> dict[str, Any]:
    """Delete a post of the account, in all its versions."""
    post = _shown(call)
    if post is None:
        return {"errors": [gone(call.world, call.path["id"], "id")]}
    if post.author_id != call.world.brand.id:
        raise forbidden("You are not authorized to delete this Tweet.")
    call.world.delete(post.id)
    return {"data": {"deleted": True}}


def posts_by_ids(call: Call) -> dict[str, Any]:
    """Look-up by ids; `errors` lists those that are not shown."""
    wanted, posts = _ids(call), call.world.posts
    found = [posts[one] for one in wanted if one in posts and call.world.is_shown(posts[one])]
    body = answer(call.world, found, call.chosen)
    lost = [gone(call.world, one, "ids") for one in wanted if one not in {post.id for post in found}]
    errors = lost + body.get("errors", [])
    return {**body, "errors": errors} if errors else body


def _ids(call: Call) -> list[str]:
    ids = [post_id("ids", one) for one in call.query.get("ids", "").split(",")]
    if len(ids) > MOST_IDS:
        raise invalid("ids", call.query["ids"], f"size must be between 1 and {MOST_IDS}")
    return list(dict.fromkeys(ids))


def create_post(call: Call) -> dict[str, Any]:
    """Publish a post or reply as the account."""
    world = call.world
    asked = rules.draft(call.body)
    rules.check(world, asked)
    post = world.add(
        world.brand,
        asked.text,
        in_reply_to=asked.in_reply_to,
        quotes=asked.quotes,
        private_message=asked.private_message,
        media=[world.shown_media(world.uploads[one]) for one in asked.media_ids],
        late=world.own_posts_late,
    )
    return {"data": {"id": post.id, "text": post.shown.text}}


def upload_media(call: Call) -> dict[str, Any]:
    """Take a picture for a later post."""
    world = call.world
    upload = world.upload(*uploads.picture_in(call.body))
    about = {"image_type": upload.content_type, "w": upload.width, "h": upload.height}
    seconds = int((upload.expires_at - world.clock.now()).total_seconds())
    data = {"id": upload.media_id, "media_key": upload.media_key, "size": len(upload.content)}
    return {"data": {**data, "expires_after_secs": seconds, "image": about}}


def describe_media(call: Call) -> dict[str, Any]:
    """Give an uploaded picture its alternative text."""
    media_id, text = uploads.alt_text_in(call.body)
    (upload,) = uploads.usable(call.world.uploads, (media_id,), call.world.clock.now())
    upload.alt_text = text
    return {"data": {"id": media_id, "associated_metadata": {"alt_text": {"text": text}}}}


def trends(call: Call) -> dict[str, Any]:
    """The trends of a place."""
    most = number(call.query, "max_trends", 1, 50, 20)
    found = call.world.trends.get(int(call.path["woeid"]), [])[:most]
    return {"data": found} if found else {"errors": [missing("trend", "woeid", call.path["woeid"])]}


def me(call: Call) -> dict[str, Any]:
    """Who the credentials belong to."""
    return {"data": user_json(call.world, call.world.brand, call.chosen)}


def user_by_id(call: Call) -> dict[str, Any]:
    """A user by id."""
    return _user(call, call.world.users.get(post_id("id", call.path["id"])), "id")


def user_by_username(call: Call) -> dict[str, Any]:
    """A user by handle."""
    return _user(call, call.world.by_username(call.path["username"]), "username")


def users_by_usernames(call: Call) -> dict[str, Any]:
    """Users by handles; `errors` lists those that do not exist."""
    text = call.query.get("usernames", "")
    names = text.split(",")
    if len(names) > MOST_IDS or not all(_USERNAME.fullmatch(name) for name in names):
        raise invalid("usernames", text, f"`usernames` takes 1 to {MOST_IDS} handles of up to 15 letters, digits or _")
    found = {name: call.world.by_username(name) for name in names}
    people = {user.id: user for user in found.values() if user}
    lost = [missing("user", "usernames", name) for name, user in found.items() if user is None]
    body = {"data": [user_json(call.world, user, call.chosen) for user in people.values()], "errors": lost}
    return {key: value for key, value in body.items() if value}


def users_by_ids(call: Call) -> dict[str, Any]:
    """Users by ids; `errors` lists those that do not exist."""
    ids = _ids(call)
    found = {one: call.world.users.get(one) for one in ids}
    people = [user_json(call.world, user, call.chosen) for user in found.values() if user]
    lost = [missing("user", "ids", one) for one, user in found.items() if user is None]
    return {key: value for key, value in {"data": people, "errors": lost}.items() if value}


def private_messages(call: Call) -> dict[str, Any]:
    """Private messages to the account and from it, of the last 30 days."""
    return messages.answer(call.world, call.query, call.chosen)


def _user(call: Call, user: User | None, parameter: str) -> dict[str, Any]:
    if user is None:
        return _no_user(parameter, call.path[parameter])
    return {"data": user_json(call.world, user, call.chosen)}


def _no_user(parameter: str, value: str) -> dict[str, Any]:
    return {"errors": [missing("user", parameter, value)]}


def _hidden_user(call: Call) -> dict[str, Any] | None:
    """The error if the timelines of the path's user are not shown, else None."""
    user = call.world.users.get(call.path["id"])
    if user is None:
        return _no_user("id", call.path["id"])
    if user.protected and user.id != call.world.brand.id:
        return {"errors": [unauthorised_resource("user", "id", user.id)]}
    return None


def _shown(call: Call) -> Post | None:
    """The post that the path names, unless it is not to be seen."""
    post = call.world.posts.get(call.path["id"])
    return post if post and call.world.is_shown(post) else None


def _listing(call: Call, page: timelines.Slice[Post]) -> dict[str, Any]:
    ids = sorted((post.id for post in page.items), key=int)
    edges = {"newest_id": ids[-1], "oldest_id": ids[0]} if ids else {}
    return {**answer(call.world, page.items, call.chosen), "meta": {**_meta(page), **edges}}


def _meta(page: timelines.Slice[Any]) -> dict[str, Any]:
    tokens = {"next_token": page.next_token, "previous_token": page.previous_token}
    return {"result_count": len(page.items)} | {name: token for name, token in tokens.items() if token}


def _endpoint(  # noqa: PLR0913, PLR0917 - a row of the table below
    name: str,
    route: str,
    schemes: frozenset[Scheme],
    limits: tuple[int, int],
    parameters: set[str],
    act: Callable[[Call], dict[str, Any]],
    status: int = 200,
) -> Endpoint:
    method, path = route.split(" ")
    return Endpoint(name, method, path, schemes, limits, frozenset(parameters), act, status)


def create_compliance_job(call: Call) -> dict[str, Any]:
    """A new batch compliance job."""
    return call.compliance.create(call.world, call.body)


def compliance_jobs(call: Call) -> dict[str, Any]:
    """The batch compliance jobs of a type."""
    return call.compliance.all(call.world, call.query)


def compliance_job(call: Call) -> dict[str, Any]:
    """One batch compliance job."""
    return call.compliance.one(call.world, call.path["id"])


_PAGED = _FIELDS | {"max_results", "pagination_token"}
ENDPOINTS = (
    _endpoint("me", "GET /2/users/me", USER_ONLY, (0, 75), _FIELDS, me),
    _endpoint("user_by_username", "GET /2/users/by/username/<username>", ALL, (300, 900), _FIELDS, user_by_username),
    _endpoint("mentions", "GET /2/users/<id>/mentions", ALL, (450, 300), _FIELDS | _WINDOW, mentions),
    _endpoint("own_posts", "GET /2/users/<id>/tweets", ALL, (10_000, 900), _FIELDS | _WINDOW | {"exclude"}, own_posts),
    _endpoint("liked_posts", "GET /2/users/<id>/liked_tweets", USER_ONLY, (75, 75), _PAGED, liked_posts),
    _endpoint("users_by_usernames", "GET /2/users/by", ALL, (300, 900), _FIELDS | {"usernames"}, users_by_usernames),
    _endpoint("users_by_ids", "GET /2/users", ALL, (300, 900), _FIELDS | {"ids"}, users_by_ids),
    _endpoint(
        "private_messages", "GET /2/dm_events", USER_ONLY, (15, 15), _FIELDS | messages.PARAMETERS, private_messages
    ),
    _endpoint("user_by_id", "GET /2/users/<id>", ALL, (300, 900), _FIELDS, user_by_id),
    _endpoint(
        "search",
        "GET /2/tweets/search/recent",
        ALL,
        (450, 300),
        _FIELDS | _WINDOW | {"query", "next_token", "sort_order"},
        search,
    ),
    _endpoint(
        "counts",
        "GET /2/tweets/counts/recent",
        APP_OR_USER2,
        (300, 300),
        (_WINDOW - {"max_results"}) | {"query", "next_token", "granularity", "search_count.fields"},
        count_posts,
    ),
    _endpoint("liking_users", "GET /2/tweets/<id>/liking_users", USER_ONLY, (75, 75), _PAGED, liking_users),
    _endpoint("post_by_id", "GET /2/tweets/<id>", ALL, (450, 900), _FIELDS, post_by_id),
    _endpoint("delete_post", "DELETE /2/tweets/<id>", USER_ONLY, (50, 50), set(), delete_post),
    _endpoint("posts", "GET /2/tweets", ALL, (3_500, 5_000), _FIELDS | {"ids"}, posts_by_ids),
    _endpoint("media_upload", "POST /2/media/upload", USER_ONLY, (50_000, 500), set(), upload_media),
    _endpoint("media_metadata", "POST /2/media/metadata", USER_ONLY, (50_000, 500), set(), describe_media),
    _endpoint("create_post", "POST /2/tweets", USER_ONLY, (10_000, 100), set(), create_post, 201),
    _endpoint(
        "trends", "GET /2/trends/by/woeid/<woeid>", APP_OR_USER2, (75, 75), {"max_trends", "trend.fields"}, trends
    ),
    _endpoint(
        "compliance_jobs",
        "GET /2/compliance/jobs",
        APP_ONLY,
        (150, 0),
        COMPLIANCE_FIELDS | {"type", "status"},
        compliance_jobs,
    ),
    _endpoint("compliance_job", "GET /2/compliance/jobs/<id>", APP_ONLY, (150, 0), COMPLIANCE_FIELDS, compliance_job),
    _endpoint(
        "compliance_create",
        "POST /2/compliance/jobs",
        APP_ONLY,
        (150, 0),
        COMPLIANCE_FIELDS,
        create_compliance_job,
    ),
)
NAMES = frozenset(endpoint.name for endpoint in ENDPOINTS)


_ROUTES = Map([Rule(each.path, methods=[each.method], endpoint=each) for each in ENDPOINTS], merge_slashes=False)


def find(method: str, path: str) -> tuple[Endpoint, dict[str, str]] | None:
    """The endpoint for a path, and the parts of the path that it names."""
    try:
        endpoint, parts = _ROUTES.bind("").match(path, method)
    except HTTPException:
        return None
    return endpoint, dict(parts)


def execute(endpoint: Endpoint, call: Call) -> dict[str, Any]:
    """Check the parameters of a call, then execute it under the world's lock."""
    known_only(call.query, endpoint.parameters)
    for name in ("id", "woeid"):
        if name in call.path:
            post_id(name, call.path[name])
    with call.world.lock:
        return endpoint.act(call)
