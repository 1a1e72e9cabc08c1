"""The control endpoints: how a script makes people post, lets time pass and orders faults.

Loopback only; no credentials.

```
POST /_control/posts      {"posts": [{"author": {"username", "name"?, "id"?, "protected"?}, "text", "created_at"?,
                           "in_reply_to"?, "quotes"?, "media"?: [{"type", "url"?, "alt_text"?}], "lang"?,
                           "late_seconds"?: number, or null until revealed}]}               -> {"ids": [...]}
POST /_control/retweets   {"post_id", "by": [{"username"}]}                                  -> {"ids": [...]}
POST /_control/edits      {"post_id", "text"}                                                -> {"ids": [...]}
POST /_control/deletes    {"post_ids": [...]}
POST /_control/reveals    {"post_ids": [...]}        timelines show them from now on
POST /_control/likes      {"post_ids": [...], "by"?: {"username"}}     the account by default
POST /_control/impressions {"post_id", "impressions": number}
POST /_control/people     {"people": [{"username", "name"?, "id"?, "protected"?}]}           -> {"ids": [...]}
POST /_control/messages   {"messages": [{"from": {"username"}, "to"?: {"username"}, "text"}]}  -> {"ids": [...]}
POST /_control/trends     {"woeid", "trends": [{"trend_name", "tweet_count"}]}
POST /_control/settings   {"own_posts_late_seconds"?: number, "media_lasts_seconds"?: number}
POST /_control/dialects   {"endpoint", "support": {"tweet.fields"|"post.fields": "taken"|"ignored"|"rejected"}}
GET|POST /_control/clock  {"now"} and {"running"?}, or {"advance_seconds"}                   -> {"now", "running"}
GET|POST|DELETE /_control/faults    a fault (see local.x.api); all that stand; none any more
GET|DELETE /_control/calls          {"calls": [...], "counts": {"mentions": 3}}; forget them
GET /_control/bill                  {"micro_usd", "month_micro_usd", "credits_micro_usd", "cap_micro_usd",
                                     "endpoints": {name: {"calls", "items", "micro_usd"}}}
POST /_control/funds                {"credits_micro_usd"?: number|null, "cap_micro_usd"?: number|null}: what is prepaid,
                                     and the most of a month; null for no limit, as at first
GET /_control/state                 everything
POST /_control/reset                forget posts, people, likes, faults, calls, limits and bill; keep account and time
```
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from local.x import endpoints
from local.x.api import Api, fault_of
from local.x.http import Answer, Problem, Request, error_answer, forbidden, invalid, json_answer, not_found
from local.x.render import instant, references
from local.x.state import Post
from local.x.uploads import LASTS

PREFIX = "/_control/"


class ControlApi:
    """Answers calls under /_control/."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._world = api.world
        self._orders: dict[tuple[str, str], Callable[[Any], dict[str, Any]]] = {
            ("POST", "posts"): self._posts,
            ("POST", "retweets"): self._retweets,
            ("POST", "edits"): lambda body: {"ids": [self._world.edit(body["post_id"], body["text"]).id]},
            ("POST", "deletes"): self._deletes,
            ("POST", "reveals"): self._reveals,
            ("POST", "likes"): self._likes,
            ("POST", "impressions"): self._impressions,
            ("POST", "people"): lambda body: {"ids": [self._world.person(about).id for about in body["people"]]},
            ("POST", "messages"): lambda body: {"ids": [self._message(about) for about in body["messages"]]},
            ("POST", "trends"): self._trends,
            ("POST", "settings"): self._settings,
            ("POST", "dialects"): self._dialects,
            ("GET", "clock"): self._clock,
            ("POST", "clock"): self._set_clock,
            ("GET", "faults"): self._faults,
            ("POST", "faults"): self._order_fault,
            ("DELETE", "faults"): self._clear_faults,
            ("GET", "calls"): self._calls,
            ("DELETE", "calls"): self._forget_calls,
            ("GET", "bill"): lambda _: self._api.billing.as_json(self._world.clock.now()),
            ("POST", "funds"): self._funds,
            ("GET", "state"): self._state,
            ("POST", "reset"): self._reset,
        }

    def answer(self, request: Request) -> Answer:
        """Execute an order; a 400 names what is wrong with it."""
        if not request.is_own_page:
            return error_answer(forbidden("The control endpoints answer this machine only."))
        act = self._orders.get((request.method, request.path.removeprefix(PREFIX)))
        try:
            return json_answer(200, self._execute(act, request)) if act else error_answer(not_found())
        except Problem as problem:
            return error_answer(problem)
        except KeyError as error:
            return error_answer(invalid(str(error.args[0]), "", "missing, or names something that was never here"))
        except (ValueError, TypeError, AttributeError) as error:
            return error_answer(invalid("body", "", str(error)))

    def _execute(self, order: Callable[[Any], dict[str, Any]], request: Request) -> dict[str, Any]:
        body = (request.body_json() if request.method == "POST" else None) or {}
        if not isinstance(body, Mapping):
            raise invalid("body", "", "The body must be a JSON object")
        with self._world.lock:
            return order(body)

    def _posts(self, body: Mapping[str, Any]) -> dict[str, Any]:
        return {"ids": [self._post(about).id for about in body["posts"]]}

    def _post(self, about: Mapping[str, Any]) -> Post:
        late = about.get("late_seconds", 0)
        made = about.get("created_at")
        return self._world.add(
            self._world.person(about["author"]),
            str(about["text"]),
            created_at=_moment(made) if made else None,
            in_reply_to=about.get("in_reply_to"),
            quotes=about.get("quotes"),
            media=about.get("media", ()),
            lang=about.get("lang"),
            late=None if late is None else timedelta(seconds=float(late)),
        )

    def _retweets(self, body: Mapping[str, Any]) -> dict[str, Any]:
        people = [self._world.person(about) for about in body["by"]]
        return {"ids": [self._world.retweet(body["post_id"], person).id for person in people]}

    def _deletes(self, body: Mapping[str, Any]) -> dict[str, Any]:
        for one in body["post_ids"]:
            self._world.delete(one)
        return {}

    def _reveals(self, body: Mapping[str, Any]) -> dict[str, Any]:
        for one in body["post_ids"]:
            self._world.posts[one].shown_at = self._world.clock.now()
        return {}

    def _impressions(self, body: Mapping[str, Any]) -> dict[str, Any]:
        self._world.posts[body["post_id"]].impressions = int(body["impressions"])
        return {}

    def _likes(self, body: Mapping[str, Any]) -> dict[str, Any]:
        by = self._world.person(body["by"]) if "by" in body else self._world.brand
        for one in body["post_ids"]:
            self._world.like(one, by)
        return {}

    def _message(self, about: Mapping[str, Any]) -> str:
        """The account receives it unless somebody else is named."""
        sender = self._world.person(about["from"])
        receiver = self._world.person(about["to"]) if "to" in about else self._world.brand
        return self._world.write_privately(sender, receiver, str(about["text"])).id

    def _trends(self, body: Mapping[str, Any]) -> dict[str, Any]:
        self._world.trends[int(body["woeid"])] = list(body["trends"])
        return {}

    def _settings(self, body: Mapping[str, Any]) -> dict[str, Any]:
        if "media_lasts_seconds" in body:
            self._world.media_lasts = timedelta(seconds=float(body["media_lasts_seconds"]))
        else:
            self._world.own_posts_late = timedelta(seconds=float(body["own_posts_late_seconds"]))
        return {}

    def _dialects(self, body: Mapping[str, Any]) -> dict[str, Any]:
        if body["endpoint"] not in endpoints.NAMES:
            raise ValueError(f"no endpoint {body['endpoint']!r}")
        self._api.dialects.set(body["endpoint"], body["support"])
        return {}

    def _clock(self, _: Mapping[str, Any]) -> dict[str, Any]:
        return {"now": instant(self._world.clock.now()), "running": self._world.clock.running}

    def _set_clock(self, body: Mapping[str, Any]) -> dict[str, Any]:
        if "advance_seconds" in body:
            self._world.clock.advance(timedelta(seconds=float(body["advance_seconds"])))
        else:
            self._world.clock.set(_moment(body["now"]), running=bool(body.get("running", False)))
        return self._clock(body)

    def _faults(self, _: Mapping[str, Any]) -> dict[str, Any]:
        return {"faults": [asdict(fault) for fault in self._api.faults.standing()]}

    def _order_fault(self, body: Mapping[str, Any]) -> dict[str, Any]:
        self._api.faults.order(fault_of(body, endpoints.NAMES))
        return {}

    def _clear_faults(self, _: Mapping[str, Any]) -> dict[str, Any]:
        self._api.faults.clear()
        return {}

    def _calls(self, _: Mapping[str, Any]) -> dict[str, Any]:
        calls = self._api.calls()
        return {"calls": calls, "counts": dict(Counter(call["endpoint"] for call in calls))}

    def _forget_calls(self, _: Mapping[str, Any]) -> dict[str, Any]:
        self._api.forget_calls()
        return {}

    def _funds(self, body: Mapping[str, Any]) -> dict[str, Any]:
        unknown = body.keys() - {"credits_micro_usd", "cap_micro_usd"}
        if unknown or not body:
            raise ValueError(
                f"funds are credits_micro_usd and cap_micro_usd, not {', '.join(sorted(unknown)) or 'nothing'}"
            )
        amounts = {name: None if amount is None else int(amount) for name, amount in body.items()}
        billing = self._api.billing
        billing.credits = amounts.get("credits_micro_usd", billing.credits)
        billing.cap = amounts.get("cap_micro_usd", billing.cap)
        return {}

    def _state(self, body: Mapping[str, Any]) -> dict[str, Any]:
        posts = [_post_json(post) for post in sorted(self._world.posts.values(), key=lambda post: int(post.id))]
        people = [asdict(user) for user in self._world.users.values()]
        return {"clock": self._clock(body), "posts": posts, "people": people, "likes": dict(self._world.likes)}

    def _reset(self, _: Mapping[str, Any]) -> dict[str, Any]:
        self._world.clear()
        self._world.own_posts_late = timedelta(0)
        self._world.media_lasts = LASTS
        self._api.faults.clear()
        self._api.dialects.clear()
        self._api.forget_calls()
        self._api.limits.clear()
        self._api.billing.clear()
        return {}


def _moment(text: object) -> datetime:
    moment = datetime.fromisoformat(str(text))
    if moment.tzinfo is None:
        raise ValueError(f"{text} has no time zone")
    return moment


def _post_json(post: Post) -> dict[str, Any]:
    return {
        "id": post.id,
        "author_id": post.author_id,
        "text": post.text,
        "created_at": instant(post.created_at),
        "shown_at": instant(post.shown_at) if post.shown_at else None,
        "conversation_id": post.conversation_id,
        "references": references(post),
        "media": [asdict(medium) for medium in post.media],
        "private_message": post.private_message,
        "history": list(post.history),
        "deleted": post.deleted,
    }
