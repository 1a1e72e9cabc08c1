"""The English catalogue of posts that were found by listening."""

PHRASES: dict[str, str] = {
    # Mails to departments about such posts
    "event.heard": "does not mention us",
    "subject.heard": "[Not addressed to us] ",
    "mail.heard_to_know": (
        "For your information: nobody addressed us here. Please do not reply to this mail; it needs no answer."
    ),
    "mail.heard_to_handle": (
        "Nobody addressed us here, but a person has to look at it. Please do not reply to this mail; "
        "what to do is said below."
    ),
    "mail.heard_close": "To do: offer help on X itself, then close the case here: {url}",
    "mail.heard_opened": (
        "This post does not mention us, and X's rules allow no reply to it through the API. "
        "Please open the link to X below and reply there by hand."
    ),
    "mail.heard_joined": (
        "This post does not mention us, but its author wrote to us before. "
        "An answer becomes a reply to the earlier post that mentions us."
    ),
    "mail.heard": (
        "This post does not mention us, and X's rules allow no reply to it through the API. "
        "If something in it has to be corrected or explained, please tell the operator."
    ),
    "mail.heard_operator": (
        "This post does not mention us, and X's rules allow no reply to it through the API. "
        "If something has to be said, publish a post of our own, or reply by hand on X."
    ),
}
