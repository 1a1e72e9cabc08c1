"""GET and POST settings/devices: which devices of a person are notified, of what and at which hours."""

import re
from collections.abc import Mapping
from http import HTTPStatus

from desk.fetch.addresses import web_address
from desk.fetch.model import FetchFailed
from desk.links import new_link_id
from desk.staff.devices import ALWAYS, WORKING, Device, DeviceStore, PushChoices, PushKind
from desk.web.request import Request
from desk.web.response import Response, html
from operator_console.app import Refused, Route, Visit, redirect
from operator_console.device import device_cookie, device_of
from operator_console.shell.render import Renderer

OWN = "own"
_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_KEY = re.compile(r"[A-Za-z0-9_-]{20,200}")
_LONGEST = 1_000
_BROWSERS = {
    "Edg": "Edge",
    "SamsungBrowser": "Samsung Internet",
    "Firefox": "Firefox",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
_SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS": "macOS",
    "Linux": "Linux",
}


class DevicesPage:
    """Shows and changes the devices and choices of the person who is signed in."""

    def __init__(self, devices: DeviceStore, renderer: Renderer) -> None:
        self._devices = devices
        self._renderer = renderer

    def routes(self) -> list[Route]:
        """The routes of this module. People of every role have devices of their own."""
        return [
            Route("GET", "settings/devices", self._show),
            Route("POST", "settings/devices", self._add, changes=False),
            Route("POST", "settings/devices/remove", self._remove, changes=False),
            Route("POST", "settings/devices/choices", self._choose, changes=False),
        ]

    def _show(self, visit: Visit) -> Response:
        choices = self._devices.choices(visit.person.id)
        start, _, end = choices.hours.partition("-")
        page = self._renderer.page(
            "phone/devices.html.j2",
            visit,
            devices=[device for device in self._devices.all(visit.now) if device.person.id == visit.person.id],
            this=device_of(visit.request),
            public_key=self._devices.public_key(),
            choices=choices,
            kinds=tuple(PushKind),
            hours=choices.hours if choices.hours in (WORKING, ALWAYS) else OWN,
            own=(start, end) if end else ("08:00", "22:00"),
            is_saved="saved" in visit.request.query,
        )
        return html(page)

    def _add(self, visit: Visit) -> Response:
        """Take this browser's subscription. The address is looked at again before anything is sent to it."""
        request = visit.request
        endpoint, p256dh, auth = (request.field(name) for name in ("endpoint", "p256dh", "auth"))
        if (
            len(endpoint) > _LONGEST
            or not _is_web_address(endpoint)
            or not (_KEY.fullmatch(p256dh) and _KEY.fullmatch(auth))
        ):
            raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, "console.problem.unreadable")
        device_id = device_of(request) or new_link_id()
        language, name = self._renderer.brand.language, _name_of(request)
        self._devices.save(Device(device_id, visit.person, endpoint, p256dh, auth, name, language, visit.now))
        return Response(HTTPStatus.NO_CONTENT, cookies=(device_cookie(device_id),))

    def _remove(self, visit: Visit) -> Response:
        device_id = visit.request.field("device")
        theirs = (device.id for device in self._devices.all(visit.now) if device.person.id == visit.person.id)
        if device_id in theirs:
            self._devices.remove(device_id)
        return redirect("settings/devices?saved=1")

    def _choose(self, visit: Visit) -> Response:
        choices = _choices_in(visit.request.fields)
        if choices is None:
            raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, "console.problem.push_hours")
        self._devices.save_choices(visit.person.id, choices)
        return redirect("settings/devices?saved=1")


def _choices_in(fields: Mapping[str, str]) -> PushChoices | None:
    """The choices in a form; None if its hours are none."""
    kinds = frozenset(kind for kind in PushKind if fields.get(f"kind_{kind}"))
    hours = fields.get("hours", "")
    if hours == OWN:
        start, end = fields.get("from", ""), fields.get("until", "")
        if start == end or not (_TIME.fullmatch(start) and _TIME.fullmatch(end)):
            return None
        hours = f"{start}-{end}"
    elif hours not in (WORKING, ALWAYS):
        return None
    return PushChoices(kinds, hours, danger_always=bool(fields.get("danger_always")))


def _is_web_address(endpoint: str) -> bool:
    try:
        web_address(endpoint)
    except FetchFailed:
        return False
    return True


def _name_of(request: Request) -> str:
    """What the person recognises the browser by."""
    agent = request.headers.get("user-agent", "")
    found = [next((name for word, name in names.items() if word in agent), "") for names in (_BROWSERS, _SYSTEMS)]
    return " · ".join(each for each in found if each) or "?"
