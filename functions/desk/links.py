"""Links that people follow from what the desk sends."""

X_SITE = "https://x.com"
"""X's own website. A desk whose X is another one, as on one machine, has another site: `Brand.x_site`."""


def post_link(post_id: str, site: str) -> str:
    """The site's page of a post, which needs no username."""
    return f"{site}/i/status/{post_id}"


def account_link(handle: str, site: str) -> str:
    """The site's page of an account."""
    return f"{site}/{handle}"
