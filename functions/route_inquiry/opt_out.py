"""Whoever asks us to reply no more is heeded at once, before anything else comes of the mention."""

from desk.mention import Mention
from desk.ports.opt_outs import OptOuts
from desk.reader.opt_out import opts_out


def heed(mention: Mention, opt_outs: OptOuts) -> None:
    """Note the author's wish, if the mention has it; again changes nothing. Raises StoreBusy."""
    post = mention.post
    if opts_out(post.text):
        opt_outs.note(post.author_id, post.id, post.created_at)
