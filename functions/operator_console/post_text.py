"""The text of a post of X as HTML: unaltered, with links, handles and hashtags linked as on X."""

import re
from collections.abc import Iterator
from itertools import chain
from operator import itemgetter

from markupsafe import Markup

from desk.links import account_link
from desk.text import HANDLE, mended
from desk.x.weight import links

_HASHTAG = re.compile(r"(?<![\w&/])[#＃](?=\w*[^\W\d_])(\w{1,100})")
_LINK = Markup('<a href="{}" rel="noreferrer noopener" target="_blank">{}</a>')


def linked(text: str, site: str) -> Markup:
    """The text as HTML. `site` is X's website; no link leads anywhere but to http and https."""
    whole = mended(text)
    pieces, at = list[Markup](), 0
    for begin, end, url in sorted(_found(whole, site), key=itemgetter(0)):
        if begin >= at:
            pieces += [Markup.escape(whole[at:begin]), _LINK.format(url, whole[begin:end])]
            at = end
    return Markup("").join([*pieces, Markup.escape(whole[at:])])


def _found(text: str, site: str) -> Iterator[tuple[int, int, str]]:
    """Where links begin and end, and to where they lead. A handle or hashtag within a link comes after it."""
    urls = ((link.begin, link.end, _absolute(link.url)) for link in links(text))
    handles = ((*each.span(), account_link(each[0][1:], site)) for each in HANDLE.finditer(text) if _begins(each))
    hashtags = ((*each.span(), f"{site}/hashtag/{each[1]}") for each in _HASHTAG.finditer(text))
    return chain(urls, handles, hashtags)


def _absolute(url: str) -> str:
    return url if re.match(r"https?://", url, re.IGNORECASE) else f"https://{url}"


def _begins(handle: re.Match[str]) -> bool:
    """Whether the handle is one, and not the end of an e-mail address."""
    before = handle.string[handle.start() - 1 : handle.start()]
    return not re.match(r"[\w.]", before, re.ASCII)
