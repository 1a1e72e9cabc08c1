"""What one would write first in place of the poll: a loop of requests and boto3's batch writes, with no guarantees.

It asks X for the same pages with the same signature, treats the result as mentions and overwrites what is
there. It knows no checkpoint, gap, budget, erased author or parent, and reads nothing.
"""

from collections.abc import Mapping
from itertools import batched

import boto3
import requests
from requests_oauthlib import OAuth1

TABLE = "plain-mentions"
_FIELDS = (
    "attachments,author_id,conversation_id,created_at,edit_history_tweet_ids,entities,lang,note_tweet,referenced_tweets"
)
_PUTS = 25
"""BatchWriteItem's limit."""
_KEPT = ("author_id", "conversation_id", "created_at", "lang", "text")


class PlainLoop:
    """Brings the account's newer mentions from X into a table of its own."""

    def __init__(self, x_url: str, user_id: str, secret: Mapping[str, str]) -> None:
        self._url = f"{x_url}/2/users/{user_id}/mentions"
        self._auth = OAuth1(
            secret["api_key"], secret["api_secret"], secret["access_token"], secret["access_token_secret"]
        )
        self._session = requests.Session()
        self._dynamodb = boto3.client("dynamodb")
        self._dynamodb.create_table(
            TableName=TABLE,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "mention_id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "mention_id", "KeyType": "HASH"}],
        )
        self._newest: str | None = None

    def poll(self) -> int:
        """Store every page since the last run; how many mentions these had."""
        asked = {"max_results": "100", "tweet.fields": _FIELDS} | ({"since_id": self._newest} if self._newest else {})
        stored, token = 0, None
        while True:
            params = asked | ({"pagination_token": token} if token else {})
            answer = self._session.get(self._url, params=params, auth=self._auth, timeout=30)
            answer.raise_for_status()
            body = answer.json()
            posts = body.get("data", [])
            for some in batched(posts, _PUTS, strict=False):
                puts = [{"PutRequest": {"Item": _item(post)}} for post in some]
                self._dynamodb.batch_write_item(RequestItems={TABLE: puts})  # type: ignore[dict-item]
            stored += len(posts)
            self._newest = max([post["id"] for post in posts] + ([self._newest] if self._newest else []), key=int)
            token = body["meta"].get("next_token")
            if not token:
                return stored


def _item(post: Mapping[str, str]) -> dict[str, dict[str, str]]:
    return {"mention_id": {"S": post["id"]}} | {name: {"S": post[name]} for name in _KEPT}
