"""What English-reading people read of posts."""

PHRASES = {
    "post.reason.rate_limited": "X takes no more calls for now; it waits",
    "post.reason.credits_depleted": "The credits at X are used up",
    "post.reason.not_authorised": "X refused the credentials",
    "post.reason.not_reached": "X could not be reached",
    "post.reason.answer_lost": "X's answer was lost, so it may or may not stand there",
    "post.reason.duplicate": "X has the same text already",
    "post.reason.not_summoned": "X allows no reply to a post that did not call us",
    "post.reason.gone": "The post to reply to is deleted or can't be seen",
    "post.reason.not_accepted": "X did not accept the post",
    "post.reason.paused": "Held, since the desk is paused",
    "post.reason.too_late": "Its time has passed, so it was not posted",
    "post.reason.dropped": "A person decided not to post it",
}
