"""MiniStack in a process that answers only this machine's programs and ends with the process that started it.

It ends also when the starter is killed outright: that one holds the other end of standard input, and when it is gone,
reading returns.
"""

import os
import re
import signal
import sys
import threading
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

from local.aws.quicker import check_expressions_once, parse_once, share_code, wait_for_no_log
from local.aws.rehearsal import CLOCK_SETTING, let_delays_pass
from local.aws.translation import stand_in_for_translate
from local.loopback import is_local_host, is_own_request

type Scope = Mapping[str, Any]
type Receive = Callable[[], Awaitable[Any]]
type Send = Callable[[Any], Awaitable[None]]
type App = Callable[[Scope, Receive, Send], Coroutine[Any, Any, None]]
"""An ASGI application."""

_HTTP_API = re.compile(r"/_aws/execute-api/[^/]+/[^/]+/")
"""Paths that MiniStack hands to an HTTP API of the stack and to nothing else."""
_PICTURES = re.compile(r"/dorothy-picturesbucket[a-z0-9-]*(?P<object>/prepared/[a-z0-9]+)?/?")
"""The bucket to which browsers send pictures, and from which they show them. MiniStack verifies signed forms."""
_POLICY_VIOLATION = 1008  # WebSocket; before the handshake it becomes a 403


def _end_with_the_starter() -> None:
    while os.read(sys.stdin.fileno(), 1024):  # not sys.stdin.read, whose lock the interpreter needs when it ends
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def keep_still(scheduler: ModuleType) -> None:
    """Let MiniStack's scheduler keep schedules and fire none: it knows the machine's time only, and not a rehearsal's.

    `local.aws.schedules` and `local.aws.timers` fire them.
    """
    scheduler.start_scheduler = lambda: None  # type: ignore[attr-defined]


def give_queues_all(sns: ModuleType) -> None:
    """Let a queue get what is for each protocol, all of it: MiniStack sends no text message and reaches no web hook.

    `local.aws.mailbox` writes down what each of them would get.
    """
    resolve = sns._resolve_message_for_protocol  # noqa: SLF001 - there is no other place to change it

    def all_for_queues(message: str, structure: str, protocol: str) -> str:
        return message if protocol == "sqs" else str(resolve(message, structure, protocol))

    sns._resolve_message_for_protocol = all_for_queues  # type: ignore[attr-defined]  # noqa: SLF001 - see above


def refusing_other_sites(app: App) -> App:
    """The application, which answers 403 to what browsers send for other sites' pages.

    MiniStack itself serves every request, and runs any code it receives. Requests for an HTTP API pass from any page,
    as on AWS: its functions check for a token or a link. They too must name this machine as host. Pages of other ports
    of this machine, such as the console's, may send a form with a picture, and show one.
    """

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or _is_welcome(scope):
            await app(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": _POLICY_VIOLATION})
        else:
            await _refuse(send)

    return guarded


def _is_welcome(scope: Scope) -> bool:
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    if scope["type"] == "http" and _HTTP_API.match(scope["path"]):
        return is_local_host(headers.get("host", ""))
    return is_own_request(headers) or (scope["type"] == "http" and _is_picture(scope, headers))


def _is_picture(scope: Scope, headers: Mapping[str, str]) -> bool:
    """Whether a page of this machine uploads a picture for a post or shows one."""
    found = _PICTURES.fullmatch(scope["path"])
    is_upload = scope["method"] == "POST" and headers.get("content-type", "").startswith("multipart/form-data")
    is_shown = scope["method"] == "GET" and b"Signature=" in scope.get("query_string", b"")
    if found is None or not (is_shown if found["object"] else is_upload):
        return False
    origin = urlsplit(headers.get("origin", f"http://{headers.get('host', '')}")).netloc
    is_ours = is_local_host(headers.get("host", "")) and is_local_host(origin)
    return is_ours and headers.get("sec-fetch-site", "none") in {"none", "same-origin", "same-site"}


async def _refuse(send: Send) -> None:
    body = b'{"message":"The local AWS answers programs on this machine, no web page of another site."}'
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", b"%d" % len(body)),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": 403, "headers": headers})
    await send({"type": "http.response.body", "body": body})


if __name__ == "__main__":
    # Imported here, since the package reads its settings when it is imported.
    import ministack.app
    from ministack.core import lambda_runtime
    from ministack.services import dynamodb, scheduler, sns, sqs, translate
    from ministack.services.cloudformation import handlers

    ministack.app.app = refusing_other_sites(ministack.app.app)
    keep_still(scheduler)
    if CLOCK_SETTING in os.environ:
        let_delays_pass(sqs, scheduler, Path(os.environ[CLOCK_SETTING]))
    give_queues_all(sns)
    stand_in_for_translate(translate)
    share_code(lambda_runtime)
    wait_for_no_log(lambda_runtime)
    parse_once(handlers)
    check_expressions_once(dynamodb)
    threading.Thread(target=_end_with_the_starter, daemon=True).start()
    sys.argv[1:] = []
    ministack.app.main()
