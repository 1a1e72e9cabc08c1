"""A case as the page shows it to whoever has the link."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from answer_case.gate import refusal
from answer_case.page_token import token_of
from answer_case.reply import GONE, newest, sends_to_x, signature_of
from answer_case.view import Confirm, Message, View
from desk.brand import Brand
from desk.ports.cases import CaseFile

_RANDOM_BYTES = 12


class Reader(NamedTuple):
    """Who looks, through which link, and when; `name` is who used the page last."""

    link_id: str
    name: str
    now: datetime


class Saying(NamedTuple):
    """What comes with the page: what the last form led to, and what it held."""

    message: Message | None = None
    confirm: Confirm | None = None
    filled: Mapping[str, str] = {}
    request: str = ""
    """The form's own name once more, where it is unknown whether it did anything."""


def view_of(file: CaseFile, viewer: str, reader: Reader, saying: Saying, brand: Brand) -> View:
    """The page for this reader. Of a pause they are told when they want to send something, not before."""
    mention = newest(file)
    shut = refusal(file.case, mention, brand, again=True, paused=False) if mention else GONE
    return View(
        case=file.case,
        mentions=file.mentions,
        events=file.events,
        viewer=viewer,
        name=reader.name,
        token=token_of(reader.link_id, file.case.version),
        request=saying.request or secrets.token_urlsafe(_RANDOM_BYTES),
        version=file.case.version,
        may_answer=shut is None,
        sends_to_x=sends_to_x(viewer, brand),
        signature=signature_of(file.case.department, brand),
        departments=[(key, brand.department_name(key)) for key in brand.departments],
        message=saying.message,
        confirm=saying.confirm,
        filled=saying.filled,
        refusal=shut or "",
    )
