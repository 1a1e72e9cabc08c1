"""Whether a link of a text answers, asked by the console while somebody writes."""

from collections.abc import Mapping
from typing import Any

from check_link.check import check_link
from check_link.wiring import wire
from desk.start import at_start, logged

_wired = at_start(wire)


@logged
def lambda_handler(event: Any, _context: object) -> dict[str, Any]:
    """`answers` and `detail` of the event's `url`, as in LinkAnswer; `error` if the event has none."""
    wired = _wired()
    url = event.get("url") if isinstance(event, Mapping) else None
    if not isinstance(url, str):
        wired.logger.error("an event without a url")
        return {"error": "the event has no url"}
    answer = check_link(wired.fetcher, url)
    wired.logger.info("checked a link", answers=answer.answers, detail=answer.detail)  # its address may hold a secret
    return answer._asdict()
