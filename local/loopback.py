"""Which requests a server on loopback may answer.

Any web page that is open in a browser on this machine can have it send requests to a local port. What tells them from
the requests of this machine's own programs are headers that a page can neither leave out nor choose.
"""

from collections.abc import Mapping
from urllib.parse import urlsplit

_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})
_NO_OTHER_SITE = frozenset({"same-origin", "none"})
"""Values of `Sec-Fetch-Site` of a page on the same origin, and of an address that a person entered."""


def is_local_host(host: str) -> bool:
    """Whether a `Host` header names this machine; a foreign name can be made to lead here (DNS rebinding)."""
    try:
        return urlsplit(f"//{host}").hostname in _NAMES
    except ValueError:
        return False


def is_own_request(headers: Mapping[str, str]) -> bool:
    """Whether a request comes from a program, or from a page of the server that is asked.

    `Origin` is missing when a page loads, say, an image; browsers then still send `Sec-Fetch-Site`. An opaque origin
    (`null`) is foreign. Header names are lower case.
    """
    host = headers.get("host", "")
    is_same_origin = headers.get("origin", f"http://{host}") == f"http://{host}"
    return is_local_host(host) and is_same_origin and headers.get("sec-fetch-site", "none") in _NO_OTHER_SITE
