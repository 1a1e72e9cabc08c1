"""The control endpoints of a running local X, as methods (contract: `local.x.control_api`)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import requests

TIMEOUT_SECONDS = 30


def _micro_usd(usd: float | None) -> int | None:
    return None if usd is None else round(usd * 1_000_000)


class XControl:
    """Controls the local X at `url`. A rejected order raises ValueError with the server's message."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/") + "/_control/"
        self._session = requests.Session()
        self._session.trust_env = False  # loopback: no proxy

    def close(self) -> None:
        """Close the connection."""
        self._session.close()

    def post(self, username: str, text: str, **more: Any) -> str:
        """Somebody posts; `more` is `name` or other properties of the post. Returns the new id."""
        name = more.pop("name", None)
        author = {"username": username, "name": name} if name else {"username": username}
        return self.posts([{"author": author, "text": text, **more}])[0]

    def posts(self, posts: Sequence[Mapping[str, Any]]) -> list[str]:
        """Many posts at once; their ids in the same order."""
        return self._ids("posts", {"posts": list(posts)})

    def retweet(self, post_id: str, usernames: Iterable[str]) -> list[str]:
        """These people repeat the post."""
        return self._ids("retweets", {"post_id": post_id, "by": [{"username": name} for name in usernames]})

    def edit(self, post_id: str, text: str) -> str:
        """The author edits the post; the id of the new version."""
        return self._ids("edits", {"post_id": post_id, "text": text})[0]

    def delete(self, *post_ids: str) -> None:
        """The authors delete the posts."""
        self._call("POST", "deletes", {"post_ids": list(post_ids)})

    def reveal(self, *post_ids: str) -> None:
        """Timelines and search begin to show the posts."""
        self._call("POST", "reveals", {"post_ids": list(post_ids)})

    def like(self, *post_ids: str, by: str | None = None) -> None:
        """The account taps the heart, or somebody else does."""
        who = {"by": {"username": by}} if by else {}
        self._call("POST", "likes", {"post_ids": list(post_ids), **who})

    def show(self, post_id: str, times: int) -> None:
        """Set how often people have seen this version of the post."""
        self._call("POST", "impressions", {"post_id": post_id, "impressions": times})

    def person(self, username: str, **about: Any) -> str:
        """Make or change a person (`protected=True`); the id."""
        return self._ids("people", {"people": [{"username": username, **about}]})[0]

    def write_privately(self, username: str, text: str, *, to: str | None = None) -> str:
        """Somebody sends a private message, to the account unless another person is named; its id."""
        receiver = {"to": {"username": to}} if to else {}
        return self._ids("messages", {"messages": [{"from": {"username": username}, "text": text, **receiver}]})[0]

    def trends(self, woeid: int, trends: Mapping[str, int]) -> None:
        """Set the trends of a place, with their counts."""
        rows = [{"trend_name": name, "tweet_count": count} for name, count in trends.items()]
        self._call("POST", "trends", {"woeid": woeid, "trends": rows})

    def own_posts_late(self, seconds: float) -> None:
        """How long new posts of the account stay out of its timeline."""
        self._call("POST", "settings", {"own_posts_late_seconds": seconds})

    def media_last(self, seconds: float) -> None:
        """How long pictures that are uploaded from now on can be named by posts."""
        self._call("POST", "settings", {"media_lasts_seconds": seconds})

    def dialects(self, endpoint: str, support: Mapping[str, str]) -> None:
        """Set what an endpoint does with `tweet.fields` and `post.fields`: `taken`, `ignored` or `rejected`."""
        self._call("POST", "dialects", {"endpoint": endpoint, "support": dict(support)})

    def set_clock(self, moment: datetime, *, running: bool = False) -> None:
        """Go to that moment."""
        self._call("POST", "clock", {"now": moment.isoformat(), "running": running})

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self._call("POST", "clock", {"advance_seconds": seconds})

    def fault(self, endpoint: str, **order: Any) -> None:
        """Order a fault: see `local.x.api.Fault`."""
        self._call("POST", "faults", {"endpoint": endpoint, **order})

    def clear_faults(self) -> None:
        """Nothing fails any more."""
        self._call("DELETE", "faults")

    def calls(self) -> list[dict[str, Any]]:
        """All calls since the log was cleared, oldest first."""
        return list(self._call("GET", "calls")["calls"])

    def counts(self) -> dict[str, int]:
        """How often each endpoint was called since the log was cleared."""
        return dict(self._call("GET", "calls")["counts"])

    def forget_calls(self) -> None:
        """Clear the log."""
        self._call("DELETE", "calls")

    def bill(self) -> dict[str, Any]:
        """What X would have billed, by endpoint and in all, in micro-dollars."""
        return self._call("GET", "bill")

    def credits(self, usd: float | None) -> None:
        """So much is prepaid from now on; when it is used up, X answers 402. None: no end."""
        self._call("POST", "funds", {"credits_micro_usd": _micro_usd(usd)})

    def spending_cap(self, usd: float | None) -> None:
        """The most of a calendar month; when it is reached, X answers 429 `UsageCapExceeded`. None: no cap."""
        self._call("POST", "funds", {"cap_micro_usd": _micro_usd(usd)})

    def state(self) -> dict[str, Any]:
        """Everything that the local X knows."""
        return self._call("GET", "state")

    def reset(self) -> None:
        """Forget everything but the account and the time."""
        self._call("POST", "reset", {})

    def _ids(self, name: str, body: Mapping[str, Any]) -> list[str]:
        return list(self._call("POST", name, body)["ids"])

    def _call(self, method: str, name: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        response = self._session.request(method, self._url + name, json=body, timeout=TIMEOUT_SECONDS)
        answer: dict[str, Any] = response.json()
        if not response.ok:
            raise ValueError(f"{answer.get('detail')} ({answer.get('parameter', response.status_code)})")
        return answer
