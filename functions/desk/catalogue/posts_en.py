"""What English-reading people read of posts."""

PHRASES = {
    "post.reason.rate_limited": "X takes no more calls for now; it waits",
    "post.reason.credits_depleted": "The credits at X are used up",
    "post.reason.not_authorised": "X refused the credentials",
    "post.reason.not_reached": "X could not be reached",
    "post.reason.earlier_looked_for": "It waits while the desk looks whether an earlier post stands on X",
    "post.reason.answer_lost": "X's answer was lost, so it may or may not stand there",
    "post.reason.duplicate": "X has the same text already",
    "post.reason.not_summoned": "X allows no reply to a post that did not call us",
    "post.reason.gone": "The post to reply to is deleted or can't be seen",
    "post.reason.not_accepted": "X did not accept the post",
    "post.reason.paused": "Held, since the desk is paused",
    "post.reason.too_late": "Its time has passed, so it was not posted",
    "post.reason.dropped": "A person decided not to post it",
    "post.reason.in_danger": "People may be in danger: the automatic reply was not posted",
    "post.reason.not_stored": "It never came into the queue of posts",
    "post.reason.rest": "Only the first part of the reply stands on X; the second did not come to stand there",
    "post.reason.rest.duplicate": "Only the first part of the reply stands on X; X has the text of the second already",
    "post.reason.rest.not_summoned": "Only the first part of the reply stands on X; X did not allow the second",
    "post.reason.rest.gone": "The first part of the reply was deleted or can't be seen, so the second was not posted",
    "post.reason.rest.not_accepted": "Only the first part of the reply stands on X; X did not accept the second",
    "post.reason.rest.too_late": "Only the first part of the reply stands on X; the second one's time has passed",
    "post.reason.rest.dropped": "Only the first part of the reply stands on X; a person decided not to post the second",
    "post.kind.announcement": "announcement",
    "post.kind.greeting": "greeting",
    "post.kind.reply": "reply",
    "post.state.scheduled": "Scheduled",
    "post.state.queued": "Waiting to be posted",
    "post.state.publishing": "Being posted",
    "post.state.looking": "Being looked for",
    "post.state.held": "Held",
    "post.state.published": "Posted",
    "post.state.uncertain": "Posted or not, someone must look",
    "post.state.refused": "Refused",
    "post.state.expired": "Too late, not posted",
    "post.state.cancelled": "Cancelled",
    # The operator's mail
    "post_news.subject": "[{name}] {count} post(s) need you",
    "post_news.intro": "Please do not reply to this mail. Post(s) of {handle} that need you: {count}.",
    "post_news.heading": "■ {number}. {state} ({kind})",
    "post_news.id": "Post: {id}",
    "post_news.due": "Due: {time} (asked for by {by})",
    "post_news.reply_to": "In reply to: {url}",
    "post_news.case": "Case number: {case} (an answer that is not posted stays there as a draft)",
    "post_news.text": "Text:",
    "post_news.why": "Why: {reason}.",
    "post_news.do.case": (
        "To do: open [Answer here] in the mail of this case, change the answer and send it again; close the case with "
        "[No answer needed] if it can't be answered any more."
    ),
    "post_news.do.uncertain": (
        "What to do: look at {url} whether the post is there, then tell your system administrator, quoting the post's "
        "number: its address if it is there, otherwise whether to post it again or drop it. Until then it is not "
        "posted again."
    ),
    "post_news.do.held": (
        "What to do: it stays held even when publishing resumes. Tell your system administrator by {time} whether to "
        "post or drop it, quoting the post's number. Without an answer it is not posted."
    ),
    "post_news.do.expired": "What to do: if it should still appear, ask for it anew with another time.",
    "post_news.do.refused": "What to do: change the text and ask for it anew.",
    "post_news.do.duplicate": (
        "What to do: if the text is at {url} already, nothing; to post it again, change its words and ask anew."
    ),
    "post_news.do.not_summoned": "What to do: say it in a post of our own, or reply by hand on X.",
    "post_news.do.gone": "What to do: nothing, what it replied to is gone.",
    "post_news.more": "{count} more will follow in the next mail.",
}
