"""Links that people follow from what the desk sends."""


def post_link(post_id: str) -> str:
    """X's page of a post, which needs no username."""
    return f"https://x.com/i/status/{post_id}"
