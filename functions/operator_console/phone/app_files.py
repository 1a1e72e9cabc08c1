"""What makes the console an app on a phone: its manifest, its service worker, and the page that is shown offline."""

import json
from http import HTTPStatus

from desk.web.request import Request
from desk.web.response import Response, html
from desk.web.static import StaticFiles
from operator_console.app import ROOT, PublicRoute
from operator_console.look import look_of
from operator_console.shell.render import Renderer

_OFFLINE = f"{ROOT}/offline"
_SHELL = ("base.css", "case.css", "components.css", "shell.css", "inbox-and-case.css", "icon.svg", "offline.js")
"""The files of the page that is shown offline."""
_ICONS = (("icon-192.png", 192, "any"), ("icon-512.png", 512, "any"), ("icon-maskable-512.png", 512, "maskable"))
_GREEN = "#0b7a5b"


class AppFiles:
    """Serves them to anybody: none has anything of the desk's data."""

    def __init__(self, static: StaticFiles, renderer: Renderer) -> None:
        self._static = static
        self._renderer = renderer

    def routes(self) -> list[PublicRoute]:
        """The routes of this module."""
        return [
            PublicRoute("GET", "manifest.webmanifest", self._manifest),
            PublicRoute("GET", "worker.js", self._worker),
            PublicRoute("GET", "offline", self._offline),
        ]

    def _manifest(self, _request: Request) -> Response:
        """The manifest in the person's language. What X's app shares goes to `keep`, which asks before it keeps."""
        phrase, brand = self._renderer.formatter.phrase, self._renderer.brand
        manifest = {
            "id": ROOT,
            "name": f"{phrase('console.title')} – {brand.name()}",
            "short_name": brand.name(),
            "lang": brand.language,
            "start_url": f"{ROOT}/today",
            "scope": ROOT,
            "display": "standalone",
            "background_color": "#ffffff",
            "theme_color": _GREEN,
            "icons": [
                {"src": self._static.url(name), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
                for name, size, purpose in _ICONS
            ],
            "share_target": {
                "action": f"{ROOT}/keep",
                "method": "GET",
                "params": {"title": "title", "text": "text", "url": "url"},
            },
        }
        body = json.dumps(manifest, ensure_ascii=False)
        return Response(HTTPStatus.OK, body, {"content-type": "application/manifest+json; charset=utf-8"})

    def _worker(self, _request: Request) -> Response:
        """The worker; it is another one as soon as any static file is, so that browsers replace the one they have."""
        body = self._renderer.public(
            "phone/worker.js.j2",
            version=self._static.version,
            offline=_OFFLINE,
            shell=[self._static.url(name) for name in _SHELL],
        )
        headers = {"content-type": "text/javascript; charset=utf-8", "service-worker-allowed": ROOT}
        return Response(HTTPStatus.OK, body, headers)

    def _offline(self, request: Request) -> Response:
        return html(self._renderer.public("phone/offline.html.j2", theme=look_of(request).theme))
