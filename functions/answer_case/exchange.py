"""The way of one request: the page that is asked for, or the form that is sent, and what is answered."""

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from traceback import extract_tb
from typing import Any

from aws_lambda_powertools import Logger

from answer_case.act import Act
from answer_case.acted import UNTOLD, Acted, Fate
from answer_case.answers import domain_url_of, page, remembered_name, remembering, see_done
from answer_case.bodies import Unreadable, fields_of
from answer_case.forms import Fields, Mend, name_in
from answer_case.open import OpenCase, Opened, Outcome
from answer_case.page import render_notice, render_page
from answer_case.shown import Reader, Saying, view_of
from answer_case.step import Sent
from answer_case.view import Message
from desk.brand import Brand
from desk.catalogue import LANGUAGES

_STATUS = {
    Fate.SHOWN: HTTPStatus.OK,
    Fate.MEND: HTTPStatus.UNPROCESSABLE_ENTITY,
    Fate.MOVED: HTTPStatus.CONFLICT,
    Fate.UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
}


class Exchange:
    """Answers API Gateway's events (payload 2.0). What it logs has no link, name or text.

    `api_url` is where people reach the API; "" where that is the domain at which API Gateway was called.
    """

    def __init__(self, open_case: OpenCase, act: Act, brand: Brand, logger: Logger, *, api_url: str) -> None:
        self._open = open_case
        self._act = act
        self._brand = brand
        self._logger = logger
        self._api_url = api_url

    def answer(self, event: Mapping[str, Any], now: datetime) -> dict[str, Any]:
        """The answer to this request, whatever it is. A defect's message may quote people: no log has it."""
        try:
            return self._form(event, now) if event["routeKey"].startswith("POST") else self._page(event, now)
        except Unreadable as exc:
            self._logger.info("no form", status=int(exc.status))
            return page(exc.status, render_notice("unreadable", self._brand))
        except Exception as exc:  # noqa: BLE001 - whoever waits is answered, whatever it is
            places = [f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}" for frame in extract_tb(exc.__traceback__)]
            self._logger.error("a request met a defect", error=type(exc).__name__, places=places)  # noqa: TRY400
            return page(HTTPStatus.INTERNAL_SERVER_ERROR, render_notice("unavailable", self._brand))

    def _page(self, event: Mapping[str, Any], now: datetime) -> dict[str, Any]:
        link_id = _link_of(event)
        query = event.get("queryStringParameters") or {}
        opened = self._open.run(link_id, now, query.get("case", ""))
        self._log("case asked for", opened, outcome=opened.outcome, reason=opened.reason)
        saying = Saying(self._done_message(query.get("done", "")))
        return self._shown(HTTPStatus.OK, opened, Reader(link_id, _name(remembered_name(event)), now), saying)

    def _form(self, event: Mapping[str, Any], now: datetime) -> dict[str, Any]:
        link_id, fields = _link_of(event), fields_of(event)
        acted = self._act.run(Sent(link_id, fields, now, self._api_url or domain_url_of(event)))
        self._log("form sent", acted.opened, outcome=acted.fate, done=acted.done, reason=acted.reason)
        name = _name(fields.get("name", ""))
        if acted.fate is Fate.DONE:
            return self._done(acted, name)
        saying = Saying(acted.message, acted.confirm, fields, _same_request(acted, fields), unmasked=acted.unmasked)
        reader = Reader(link_id, name or _name(remembered_name(event)), now)
        shown = self._shown(_STATUS.get(acted.fate, HTTPStatus.NOT_FOUND), acted.opened, reader, saying)
        return remembering(shown, name) if acted.unmasked else shown

    def _done(self, acted: Acted, name: str) -> dict[str, Any]:
        """The page again; where the link has lost its case by that, a notice in its place."""
        if not acted.is_gone:
            return see_done(acted.done, name=name)
        why = "handed_untold" if acted.done == UNTOLD else "handed"
        return page(HTTPStatus.OK, render_notice(why, self._brand), name=name)

    def _shown(self, status: HTTPStatus, opened: Opened, reader: Reader, saying: Saying) -> dict[str, Any]:
        if opened.outcome is Outcome.UNAVAILABLE:
            return page(HTTPStatus.SERVICE_UNAVAILABLE, render_notice("unavailable", self._brand))
        if opened.outcome is Outcome.CLOSED or opened.file is None:
            return page(HTTPStatus.NOT_FOUND, render_notice("closed_link", self._brand))
        opted_out_at, is_beside = opened.opted_out_at, opened.is_beside
        view = view_of(
            opened.file, opened.viewer, reader, saying, self._brand, opted_out_at=opted_out_at, is_beside=is_beside
        )
        return page(status, render_page(view, self._brand, reader.now))

    def _done_message(self, done: str) -> Message | None:
        key = f"answer.done.{done}"
        return Message(key) if key in LANGUAGES[self._brand.language] else None

    def _log(self, what: str, opened: Opened, **more: str) -> None:
        log = self._logger.error if Outcome.UNAVAILABLE in more.values() else self._logger.info
        log(what, extra={"case": opened.file and opened.file.case.id, "department": opened.viewer, **more})


def _link_of(event: Mapping[str, Any]) -> str:
    link_id: str = (event.get("pathParameters") or {}).get("link", "")
    return link_id


def _name(written: str) -> str:
    """A name that may be shown and remembered; "" for any other."""
    try:
        return name_in({"name": written})
    except Mend:
        return ""


def _same_request(acted: Acted, fields: Fields) -> str:
    return fields.get("request", "") if acted.fate is Fate.UNAVAILABLE else ""
