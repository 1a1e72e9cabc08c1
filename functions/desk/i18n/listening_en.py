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
        "see below what to do."
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
    # The console's queue of such posts
    "console.queue.heard": "Not mentioning us",
    "console.empty.heard": "Nothing to look at right now.",
    "console.heard.about": "Posts that do not mention us: the {most} most important of the last {hours} hours",
    "console.heard.order": (
        "The order: what needs a fact check, fault reports, inquiries, opinions, small talk. Of the same kind, urgent "
        "posts come first, then those with the most reactions (likes, reposts, quotes, replies), then those whose "
        "reading is surest, then the newest. Advertising and unrelated posts are left out."
    ),
    "console.heard.kept": (
        "The text is removed {hours} hours after it was received. To keep a post that needs more work, open a case."
    ),
    "console.heard.seen": "{count} seen",
    "console.heard.unmarked": "Put {count} back among those to look at.",
    "console.heard.others": "There are {count} more, which are less important.",
    "console.heard.others_at_least": "There are at least {count} more, which are less important.",
    "console.heard.reading": "Read as: {kind}, {department} · {sureness}",
    "console.heard.likes": "{count} likes",
    "console.heard.reposts": "{count} reposts",
    "console.heard.quotes": "{count} quotes",
    "console.heard.replies": "{count} replies",
    "console.heard.impressions": "{count} views",
    "console.heard.surge": (
        '{since} to {until}: {count} posts with "{words}", up to {most} a minute. That is too many to read, so they '
        "were counted and the most important collected. With the reactions to the largest, the spread is {spread}."
    ),
    "console.heard.surge_of_posts": (
        "{since} to {until}: {count} posts about us, up to {most} a minute. That is too many to read, so they were "
        "counted."
    ),
    "console.heard.top_post": "The most important post",
    "console.heard.open_case": "Open a case",
    "console.heard.gone": "This post is deleted, or no longer kept.",
    "console.heard.unsummoned": "The author did not mention us",
    "console.heard.why_no_reply": (
        "X allows no reply through the API to a post that does not mention the account, so none can be sent from here. "
        "Reply by hand on X, or publish a post of our own."
    ),
    # Digests
    "section.heard": "Not mentioning us",
    "summary.heard": "Posts that do not mention us:",
    "heard.none": "No post was found that talks about us without mentioning us.",
    "heard.total": "{count} ({kinds}).",
    "heard.unread": "not read yet {count}",
    "heard.review": "not certain {count}",
    "heard.used": "People looked at {seen} of them; {cases} belong to a case.",
    "heard.apart": "Counted over whole days, and not part of the mentions above.",
    "csv.heard_seen": "Seen",
    "csv.heard_cases": "With a case",
}
