"""Saves pages of the operator's console while the demo plays, read through HTTP by somebody who has signed in."""

import re
from urllib.parse import urljoin

import requests

from desk.clock import utc_now
from desk.people.model import Person, Role
from desk.people.sessions import SessionItems
from local.demo.index import Index
from local.stage import Stage

_OPERATOR = Person("demo", "박지민", Role.OPERATOR)
_SECONDS = 30
_STYLES = re.compile(r'<link rel="stylesheet" href="([^"]+)">')
_CASE = re.compile(r'href="(/console/inbox/to_answer/[^"?]+)')
_LEFT_OUT = re.compile(
    r"""<meta name="(?:csrf|htmx-config|person|words|root)"[^>]*>|<link rel="icon"[^>]*>"""
    r"""|\ (?:hx-[a-z:-]+|data-request|href|action)=(?:"[^"]*"|'[^']*')"""
)
"""What only a running console can use, among it all links, and what is drawn at random for each page."""
_PICTURE = re.compile(r'<img [^>]*?alt="([^"]*)"[^>]*>')


class ConsolePages:
    """The pages of one desk's console. The session begins with the first page and ends with the desk."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._is_saved = False
        self._http = requests.Session()
        self._http.trust_env = False  # loopback: no proxy

    def is_worth_saving(self) -> bool:
        """Whether publishing is paused, as it is while the network is down, and no page was saved yet."""
        return not self._is_saved and bool(self._stage.api.ask("GET /pause").json()["paused"])

    def save(self, index: Index) -> None:
        """Save the inbox with its first case open, and the page of posts."""
        self._sign_in()
        inbox = self._read("/console/inbox/to_answer")
        case = _CASE.search(inbox)
        index.keep_console("inbox", self._standing_alone(self._read(case[1]) if case else inbox))
        index.keep_console("stop", self._standing_alone(self._read("/console/stop")))
        self._is_saved = True

    def _sign_in(self) -> None:
        deployed = self._stage.deployed
        now = self._stage.clock.now() if self._stage.clock else utc_now()
        sessions = SessionItems(deployed.aws.client("dynamodb"), deployed.outputs["DeskTable"])
        self._http.headers["cookie"] = f"__Host-console={sessions.begin(_OPERATOR, now, id_token='')}"

    def _read(self, path: str) -> str:
        response = self._http.get(urljoin(self._stage.api.url, path), timeout=_SECONDS)
        response.raise_for_status()
        return response.text

    def _standing_alone(self, page: str) -> str:
        """The page with its styles inside it, and words in place of pictures."""
        styled = _STYLES.sub(lambda found: f"<style>{self._read(found[1])}</style>", page)
        return _PICTURE.sub(r"<span>\1</span>", _LEFT_OUT.sub("", styled))
