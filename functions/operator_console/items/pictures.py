"""Pictures of a post or reply that is being written: where a browser uploads them, and how far they are.

The file goes from the browser to S3, never through the console. The page then says that it was uploaded, and asks
until the function that prepares pictures has recorded a result.
"""

import json
from http import HTTPStatus
from typing import NamedTuple

from desk.errors import PicturesUnavailable, QueueUnavailable
from desk.pictures.model import (
    MOST_BYTES,
    TYPES,
    UPLOAD_LASTS,
    Picture,
    PictureReason,
    PictureState,
    is_picture_id,
    new_picture_id,
)
from desk.pictures.store import PictureFiles, PictureQueue, PictureStore
from desk.web.request import number_in
from desk.web.response import Response, html, redirect
from operator_console.app import Refused, Right, Route, Visit
from operator_console.shell.render import Renderer


class PictureStores(NamedTuple):
    """The pictures, their files, and the queue of those to prepare."""

    pictures: PictureStore
    files: PictureFiles
    queue: PictureQueue


class ShownPicture(NamedTuple):
    """A picture with its description, and its address if it is ready."""

    picture: Picture
    alt: str
    url: str = ""


class PicturesView:
    """Gives forms for uploads, says how far pictures are, and shows those of replies."""

    def __init__(self, stores: PictureStores, renderer: Renderer) -> None:
        self._stores = stores
        self._renderer = renderer

    def routes(self) -> list[Route]:
        """The routes of this module."""
        return [
            Route("POST", "pictures", self._begin, Right.ACT),
            Route("POST", "pictures/{picture_id}/uploaded", self._uploaded, Right.ACT),
            Route("GET", "pictures/{picture_id}", self._show, Right.ACT),
            Route("GET", "pictures/{picture_id}/file", self._file),
        ]

    def shown(self, picture: Picture, alt: str, visit: Visit) -> ShownPicture:
        """The picture with its address if it is ready.

        One whose upload never came is shown as refused. Raises Refused (503) if there is no address now.
        """
        if picture.state is PictureState.READY:
            try:
                return ShownPicture(picture, alt, self._stores.files.preview_url(picture.id))
            except PicturesUnavailable as exc:
                raise Refused(HTTPStatus.SERVICE_UNAVAILABLE, "console.problem.busy") from exc
        is_lost = picture.source_url is None and visit.now >= picture.created_at + UPLOAD_LASTS
        if picture.state is PictureState.WAITING and is_lost:
            picture = picture._replace(state=PictureState.REFUSED, reason=PictureReason.NOT_UPLOADED)
        return ShownPicture(picture, alt)

    def _begin(self, visit: Visit) -> Response:
        """A new picture, with the form for its upload."""
        content_type, size = visit.request.field("type"), visit.request.field("size")
        if content_type not in TYPES:
            raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, "picture.reason.not_a_picture")
        if not number_in(size, MOST_BYTES):
            raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, "picture.reason.too_large")
        picture = Picture(new_picture_id(), visit.person.name, visit.now)
        try:
            form = self._stores.files.upload_form(picture.id, content_type)
        except PicturesUnavailable as exc:
            raise Refused(HTTPStatus.SERVICE_UNAVAILABLE, "console.problem.busy") from exc
        self._stores.pictures.add(picture)
        body = {"id": picture.id, "url": form.url, "fields": form.fields}
        return Response(HTTPStatus.OK, json.dumps(body), {"content-type": "application/json"})

    def _uploaded(self, visit: Visit) -> Response:
        """Have the picture prepared. Saying it again does no harm."""
        picture = self._picture(visit)
        if picture.state is PictureState.WAITING:
            try:
                self._stores.queue.send(picture.id)
            except QueueUnavailable as exc:
                raise Refused(HTTPStatus.SERVICE_UNAVAILABLE, "console.problem.busy") from exc
        return self._state(picture, visit)

    def _show(self, visit: Visit) -> Response:
        return self._state(self._picture(visit), visit)

    def _file(self, visit: Visit) -> Response:
        """The prepared picture, at an address that lasts ten minutes."""
        url = self.shown(self._picture(visit), "", visit).url
        if not url:
            raise Refused(HTTPStatus.NOT_FOUND, "console.problem.no_page")
        return redirect(url)

    def _state(self, picture: Picture, visit: Visit) -> Response:
        return html(self._renderer.part("items/_picture_state.html.j2", visit, each=self.shown(picture, "", visit)))

    def _picture(self, visit: Visit) -> Picture:
        """Raises Refused (404) if there is no such picture."""
        picture_id = visit.params["picture_id"]
        found = self._stores.pictures.get_many([picture_id]) if is_picture_id(picture_id) else {}
        if picture_id not in found:
            raise Refused(HTTPStatus.NOT_FOUND, "console.problem.no_page")
        return found[picture_id]
