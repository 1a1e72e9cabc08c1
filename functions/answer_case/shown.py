"""A case as the page shows it to whoever has the link."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from answer_case.gate import refusal
from answer_case.page_token import token_of
from answer_case.reply import newest, sends_to_x
from answer_case.view import Confirm, Message, View
from answer_case.wording import signature_of
from desk.brand import Brand
from desk.danger_note import danger_note_of
from desk.ports.cases import CaseFile
from desk.private_numbers import masked

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
    unmasked: bool = False


def view_of(  # noqa: PLR0913 - what is known of the case, and who looks
    file: CaseFile,
    viewer: str,
    reader: Reader,
    saying: Saying,
    brand: Brand,
    *,
    opted_out_at: datetime | None = None,
    is_beside: bool = False,
) -> View:
    """The page for this reader. Of a pause they are told when they want to send something, not before."""
    shut = _shut(file, brand, opted_out_at)
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
        case_sends_to_x=sends_to_x(file.case.department, brand),
        hides=_hides(file),
        unmasked=saying.unmasked,
        earlier=file.earlier,
        is_beside=is_beside,
        note=None if is_beside else danger_note_of(file.case, [each.mention for each in file.mentions]),
    )


def _shut(file: CaseFile, brand: Brand, opted_out_at: datetime | None) -> str | None:
    """Why nothing can be answered, whoever wants to and however."""
    return refusal(file.case, newest(file), brand, again=True, paused=False, opted_out_at=opted_out_at)


def _hides(file: CaseFile) -> bool:
    """Whether a mention or a note has private numbers in it, which the page masks."""
    mentions = [each.mention for each in file.mentions]
    parents = [each.parent.post for each in mentions if each.parent and each.parent.post]
    posts = [*(each.post for each in mentions), *parents]
    words = [text for post in posts for text in (post.text, *(medium.alt_text or "" for medium in post.media))]
    notes = [event.text for event in file.events]
    return any(masked(text) != text for text in (*words, *notes))
