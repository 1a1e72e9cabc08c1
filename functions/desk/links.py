"""Links that people follow from what the desk sends."""


def post_link(post_id: str) -> str:
    """X's page of a post, which needs no username."""
    return f"https://x.com/i/status/{post_id}"


def account_link(handle: str) -> str:
    """X's page of an account."""
    return f"https://x.com/{handle}"
