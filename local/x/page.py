"""A small page of the local X: a person posts as anyone and sees what the brand posts and answers.

Links to posts and accounts that are made for X's own website open here too, at the same paths. The page's script only
brings the posts up to date; everything works without it.
"""

import re
from base64 import b64encode
from collections.abc import Iterable, Sequence
from hashlib import sha256
from html import escape
from importlib import resources
from itertools import islice
from string import Template
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from local.x.http import Answer, Request
from local.x.state import Medium, Message, Post, User, World, conversation_id

MOST_POSTS = 200
LONGEST_TEXT = 25_000
_HANDLE = re.compile(r"[A-Za-z0-9_]{1,15}")
_POST = re.compile(r"/(?:i|[A-Za-z0-9_]{1,15})/status/(?P<id>\d{1,19})")
_CONVERSATION = re.compile(r"/messages/(?P<id>(?P<one>\d{1,19})-(?P<other>\d{1,19}))")
_ACCOUNT = re.compile(r"/(?P<handle>[A-Za-z0-9_]{1,15})")
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{script}'; connect-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'"
)
_WORDS = {
    "en": {
        "title": "Local X", "other": "한국어", "other_lang": "ko", "write": "Write a post", "who_label": "Post as",
        "text_label": "Text", "send": "Post", "feed": "Posts", "reply": "Reply", "delete": "Delete", "like": "Like",
        "liked": "♥ liked", "answering": "Reply to", "cancel": "Cancel", "edited": "edited",
        "private": "✉ Send a private message", "between": "Private messages between {people}",
        "not_theirs": "Only the two people of this conversation write here.",
        "none": "No posts yet.", "bad_who": "A handle has 1 to 15 letters, digits or _.",
        "bad_text": "Write 1 to 25,000 characters.", "lost": "That post is gone.",
        "about": "Only on this machine. Mention {handle} and the desk will read it.",
        "who_hint": "Any name of 1 to 15 letters A to Z, digits or _: minji_01. As {handle} you post as the brand.",
        "all_posts": "All posts", "ended": "The local X has stopped answering. This page is no longer updated.",
    },
    "ko": {
        "title": "로컬 X", "other": "English", "other_lang": "en", "write": "게시물 쓰기", "who_label": "쓰는 사람",
        "text_label": "내용", "send": "게시하기", "feed": "게시물", "reply": "답글", "delete": "삭제",
        "like": "마음에 들어요",
        "liked": "♥ 마음에 들어요", "answering": "답글 대상:", "cancel": "취소", "edited": "수정됨",
        "private": "✉ 비공개 메시지 보내기", "between": "비공개 메시지: {people}",
        "not_theirs": "이 대화의 두 사람만 쓸 수 있습니다.",
        "none": "아직 게시물이 없습니다.", "bad_who": "아이디는 영문, 숫자, _ 1~15자입니다.",
        "bad_text": "1~25,000자로 써 주세요.", "lost": "삭제된 게시물입니다.",
        "about": "이 컴퓨터에서만 보입니다. {handle} 계정을 멘션하면 데스크가 읽습니다.",
        "who_hint": "영문(A~Z), 숫자, 밑줄(_) 1~15자로 된 이름을 쓰세요. 예: minji_01. "
        "{handle} 이름으로 쓰면 브랜드 계정이 올린 글이 됩니다.",
        "all_posts": "모든 게시물", "ended": "로컬 X가 응답하지 않습니다. 이 화면은 더 이상 새로 고쳐지지 않습니다.",
    },
}  # fmt: skip


class Page:
    """Answers `/`, posts, accounts and private conversations at X's own paths, `/post`, `/delete` and `/like`."""

    def __init__(self, world: World, zone: ZoneInfo) -> None:
        self._world = world
        self._zone = zone
        files = resources.files("local.x")
        self._template = Template(files.joinpath("page.html").read_text("utf-8"))
        self._script = files.joinpath("page.js").read_text("utf-8")
        script = b64encode(sha256(self._script.encode()).digest()).decode()
        self._headers = {
            "Content-Security-Policy": _POLICY.format(script=script),
            "Referrer-Policy": "same-origin",
            "Cache-Control": "no-store",
        }

    def answer(self, request: Request) -> Answer | None:
        """The page, or the result of a form; None for any other path."""
        with self._world.lock:
            if request.method == "GET":
                return self._read(request)
            if request.method == "POST" and request.path in ("/post", "/delete", "/like"):
                return self._do(request) if request.is_own_page else Answer(status=403)
        return None

    def _read(self, request: Request) -> Answer | None:
        """All posts, the thread of one, those of an account, or private messages; None if there is no such thing."""
        language, world = _language(request), self._world
        if request.path == "/":
            return self._show(language, request.query)
        if (found := _POST.fullmatch(request.path)) and (post := world.posts.get(found["id"])):
            latest = world.posts[post.history[-1]]
            if not world.is_shown(latest):
                return None
            thread = [one for one in world.newest_first() if one.conversation_id == latest.conversation_id]
            return self._show(language, request.query, posts=thread[::-1], at=request.path, meant=latest.id)
        if (found := _CONVERSATION.fullmatch(request.path)) and self._people_of(found["id"]):
            return self._show_messages(language, request.query, found["id"])
        if (found := _ACCOUNT.fullmatch(request.path)) and (user := world.by_username(found["handle"])):
            own = (one for one in world.newest_first() if one.author_id == user.id)
            return self._show(language, request.query, posts=own, at=request.path)
        return None

    def _do(self, request: Request) -> Answer:
        form = request.form_fields()
        language = form.get("lang") if form.get("lang") in _WORDS else _language(request)
        if request.path == "/post":
            return self._post(str(language), form)
        post_id = form.get("post", "")
        if post_id in self._world.posts:
            act = self._world.delete if request.path == "/delete" else self._like
            act(post_id)
        return _back(lang=str(language))

    def _like(self, post_id: str) -> None:
        self._world.like(post_id, self._world.brand)

    def _post(self, language: str, form: dict[str, str]) -> Answer:
        who = form.get("who", "").strip().removeprefix("@")
        text = form.get("text", "").replace("\r\n", "\n").strip()
        parent = form.get("reply") or None
        if not _HANDLE.fullmatch(who):
            return self._show(language, form, "bad_who")
        if not 0 < len(text) <= LONGEST_TEXT:
            return self._show(language, form, "bad_text")
        if conversation := form.get("conversation"):
            return self._write_privately(language, form, conversation, who=who, text=text)
        if parent and not (parent in self._world.posts and self._world.is_shown(self._world.posts[parent])):
            return self._show(language, {**form, "reply": ""}, "lost")
        post = self._world.add(self._world.person({"username": who}), text, in_reply_to=parent)
        return _back(f"p{post.id}", lang=language, who=who)

    def _write_privately(
        self, language: str, form: dict[str, str], conversation: str, *, who: str, text: str
    ) -> Answer:
        people = self._people_of(conversation)
        sender = self._world.by_username(who)
        if sender is None or sender not in people:
            return self._show_messages(language, form, conversation, "not_theirs")
        (receiver,) = (user for user in people if user is not sender)
        self._world.write_privately(sender, receiver, text)
        return Answer(status=303, headers={"Location": f"/messages/{conversation}?{urlencode({'lang': language})}"})

    def _people_of(self, conversation: str) -> list[User]:
        """The two people of a private conversation, the account being one; none if there is no such conversation."""
        people = [self._world.users.get(one) for one in conversation.split("-")]
        match people:
            case [User() as one, User() as other] if one is not other and self._world.brand in (one, other):
                return [one, other] if conversation == conversation_id(one, other) else []
            case _:
                return []

    def _show_messages(
        self, language: str, asked: dict[str, str], conversation: str, error: str | None = None
    ) -> Answer:
        people = self._people_of(conversation)
        if not people:
            return _back(lang=language)
        author = next(user for user in people if user is not self._world.brand)
        found = [one for one in self._world.messages if one.conversation_id == conversation]
        articles = [self._message(one) for one in found]
        written = {"who": author.username, "text": "", **asked}
        at = f"/messages/{conversation}"
        return self._filled(language, written, error, articles=articles, at=at, people=people)

    def _message(self, message: Message) -> str:
        sender = self._world.users[message.sender_id]
        when = message.created_at.astimezone(self._zone)
        css = ' class="brand"' if sender is self._world.brand else ""
        return (
            f'<article id="p{message.id}"{css}><p><b>{escape(sender.name)}</b> @{escape(sender.username)}'
            f' · <time datetime="{when.isoformat()}">{when:%m-%d %H:%M}</time></p>'
            f'<p class="text">{escape(message.text)}</p></article>'
        )

    def _show(  # noqa: PLR0913 - which posts, and what the form holds
        self,
        language: str,
        asked: dict[str, str],
        error: str | None = None,
        *,
        posts: Iterable[Post] | None = None,
        at: str = "/",
        meant: str = "",
    ) -> Answer:
        """The page with these posts, or all of them, at the path `at`; `meant` is the id of the requested post."""
        words = _WORDS[language]
        shown = islice(self._world.newest_first() if posts is None else posts, MOST_POSTS)
        articles = [self._article(post, words, language, is_meant=post.id == meant) for post in shown]
        return self._filled(language, asked, error, articles=articles, at=at, view="conversation" if meant else "")

    def _filled(  # noqa: PLR0913 - the places of the template
        self,
        language: str,
        asked: dict[str, str],
        error: str | None,
        *,
        articles: list[str],
        at: str,
        view: str = "",
        people: Sequence[User] = (),
    ) -> Answer:
        """The page with these articles. The form writes a private message if it has the `people` of a conversation."""
        words, handle = _WORDS[language], "@" + self._world.brand.username
        reply = self._world.posts.get(asked.get("reply", ""))
        between = words["between"].format(people=" · ".join(f"@{user.username}" for user in people))
        values = {
            **{name: escape(word) for name, word in words.items()},
            "about": escape(words["about"].format(handle=handle)),
            "who_hint": escape(words["who_hint"].format(handle=handle)),
            "all_posts": "" if at == "/" else f' <a href="/?lang={language}">{escape(words["all_posts"])}</a>',
            "from": f"{at}?lang={language}",
            "view": view,
            "conversation": conversation_id(*people) if people else "",
            "script": self._script,
            "lang": language,
            "now": self._time(self._world.clock.now().astimezone(self._zone).strftime("%Y-%m-%d %H:%M")),
            "error": f'<p class="bad" role="alert">{escape(words[error])}</p>' if error else "",
            "who": escape(asked.get("who", "")),
            "text": escape(asked.get("text", "" if reply else f"{handle} ")),
            "reply": reply.id if reply else "",
            "answering": f"<p>{escape(between)}</p>" if people else self._answering(reply, words, language),
            "posts": "\n".join(articles) or f'<p class="soft" id="none">{escape(words["none"])}</p>',
        }
        body = self._template.substitute(values).encode("utf-8", "replace")
        return Answer(body, 400 if error else 200, self._headers, content_type="text/html; charset=utf-8")

    def _time(self, text: str) -> str:
        return f'<time id="now">{escape(text)} {escape(self._zone.key)}</time>'

    def _answering(self, post: Post | None, words: dict[str, str], language: str) -> str:
        if post is None:
            return ""
        who = escape(self._world.users[post.author_id].username)
        start = escape(post.text[:80])
        cancel = f'<a href="/?lang={language}">{escape(words["cancel"])}</a>'
        return f'<p>{escape(words["answering"])} <b>@{who}</b> {cancel}</p><p class="soft">{start}</p>'

    def _article(self, post: Post, words: dict[str, str], language: str, *, is_meant: bool) -> str:
        author = self._world.users[post.author_id]
        brand = author.id == self._world.brand.id
        when = post.created_at.astimezone(self._zone)
        hearts = self._world.likes.get(self._world.brand.id, [])
        marks = [words["edited"]] if len(post.history) > 1 else []
        marks += [words["liked"]] if post.id in hearts else []
        pictures = "".join(map(self._medium, post.media))
        private = self._private_link(post, words, language) if post.private_message else ""
        acts = f'<a href="/?{urlencode({"reply": post.id, "lang": language})}">{escape(words["reply"])}</a>'
        acts += "" if post.id in hearts or brand else _button("like", post.id, words["like"], language)
        acts += _button("delete", post.id, words["delete"], language)
        classes = " ".join(["brand"] * brand + ["meant"] * is_meant)
        link = f"/i/status/{post.id}?lang={language}"
        return (
            f'<article id="p{post.id}"{f' class="{classes}"' if classes else ""}>'
            f"<p><b>{escape(author.name)}</b> @{escape(author.username)}"
            f' · <time datetime="{when.isoformat()}"><a href="{link}">{when:%m-%d %H:%M}</a></time>'
            f"{''.join(f' · <span class=soft>{escape(mark)}</span>' for mark in marks)}</p>"
            f"{self._parent(post)}"
            f'<p class="text">{escape(post.text)}</p>{pictures}{private}<div class="acts">{acts}</div></article>'
        )

    def _medium(self, medium: Medium) -> str:
        """A picture of this machine, or the words for one that is elsewhere."""
        alt = escape(medium.alt_text or "")
        if not medium.url.startswith(self._world.pictures_url):
            return f'<p class="soft">🖼 {alt or escape(medium.type)}</p>'
        address = escape(medium.url.removeprefix(self._world.pictures_url))
        words = f'<figcaption class="soft">ALT {alt}</figcaption>' if alt else ""
        size = f'width="{medium.width}" height="{medium.height}"'
        return f'<figure><img src="{address}" alt="{alt}" {size} loading="lazy">{words}</figure>'

    def _private_link(self, post: Post, words: dict[str, str], language: str) -> str:
        receiver = self._world.users.get(post.in_reply_to_user_id or "")
        label = f"<b>{escape(words['private'])}</b>"
        if receiver is None or receiver is self._world.brand:
            return f"<p>{label}</p>"
        path = f"/messages/{conversation_id(self._world.brand, receiver)}?{urlencode({'lang': language})}"
        return f'<p><a href="{path}">{label}</a></p>'

    def _parent(self, post: Post) -> str:
        if not post.in_reply_to:
            return ""
        who = escape(self._world.users[self._world.posts[post.in_reply_to].author_id].username)
        return f'<p class="soft">↩ <a href="/i/status/{post.in_reply_to}">@{who}</a></p>'


def _language(request: Request) -> str:
    asked = request.query.get("lang", "")
    if asked in _WORDS:
        return asked
    return "ko" if request.headers.get("accept-language", "").lower().startswith("ko") else "en"


def _button(act: str, post_id: str, word: str, language: str) -> str:
    hidden = f'<input type="hidden" name="post" value="{post_id}"><input type="hidden" name="lang" value="{language}">'
    return f'<form method="post" action="/{act}">{hidden}<button>{escape(word)}</button></form>'


def _back(anchor: str = "", **query: str) -> Answer:
    return Answer(status=303, headers={"Location": f"/?{urlencode(query)}{'#' + anchor if anchor else ''}"})
