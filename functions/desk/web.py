"""What all pages behind a link have in common: their headers, and the link in their requests' path."""

from collections.abc import Mapping
from typing import Any

RETRY_SECONDS = "60"
"""The header `retry-after` of a page that is temporarily unavailable."""


def link_id_of(event: Mapping[str, Any]) -> str:
    """The id of the link in the path of an API Gateway event; "" without one."""
    link_id: str = (event.get("pathParameters") or {}).get("link", "")
    return link_id


def page_headers(*, form_action: str = "'none'", script: str = "") -> dict[str, str]:
    """Headers that keep a page out of caches and search engines, and its link away from other sites.

    `script` is the hash of the page's own script, which may run and send to the page's own origin. The page loads
    nothing else.
    """
    scripts = f"script-src {script}; connect-src 'self'; " if script else ""
    return {
        "cache-control": "private, no-store",
        "content-security-policy": (
            f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; {scripts}base-uri 'none'; "
            f"form-action {form_action}; frame-ancestors 'none'"
        ),
        "content-type": "text/html; charset=utf-8",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
        "x-robots-tag": "noindex, nofollow",
    }
