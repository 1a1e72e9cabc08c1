"""The search language of X, as far as a desk uses it."""

import re
from collections.abc import Callable, Iterator

from local.x.http import Problem, invalid
from local.x.state import Post, World

LONGEST = 512
_TOKEN = re.compile(r'-?"[^"]*"|\(|-\(|\)|[^\s()]+')
_ASCII_WORD = re.compile(r"[a-z0-9_']+")

type Test = Callable[[Post], bool]


def parse(world: World, text: str) -> Test:
    """A test whether a post matches the query.

    Words, "phrases", @handle, #tag, from:, to:, lang:, conversation_id:, is:, has:, OR, brackets and -exclusions.

    Raises:
        Problem: 400 as X gives it, for an operator that X (or this server) does not have, an open bracket, a query
            that only excludes, or one beyond 512 characters.
    """
    if not text.strip() or len(text) > LONGEST:
        raise invalid("query", text, f"The `query` query parameter value must have between 1 and {LONGEST} characters")
    parser = _Parser(world, text)
    test = parser.either()
    if parser.ahead:
        raise parser.error(f"unexpected '{parser.ahead}'")
    if not parser.standalone:
        raise parser.error("at least one operator must be standalone: is:, has:, lang: and exclusions are not")
    return test


class _Parser:
    def __init__(self, world: World, text: str) -> None:
        self._world = world
        self._text = text
        self._tokens: Iterator[str] = iter(_TOKEN.findall(text))
        self.standalone = False
        self.ahead: str | None = None
        self._next()

    def error(self, why: str) -> Problem:
        return invalid("query", self._text, f"There were errors processing your query: {why}")

    def either(self) -> Test:
        tests = [self._all()]
        while self.ahead == "OR":
            self._next()
            tests.append(self._all())
        return lambda post: any(test(post) for test in tests)

    def _next(self) -> None:
        self.ahead = next(self._tokens, None)

    def _all(self) -> Test:
        tests: list[Test] = []
        while self.ahead not in (None, ")", "OR"):
            tests.append(self._one())
        if not tests:
            raise self.error("something is missing beside a bracket or OR")
        return lambda post: all(test(post) for test in tests)

    def _one(self) -> Test:
        token = self.ahead or ""
        self._next()
        negated = token.startswith("-") and len(token) > 1
        token = token.removeprefix("-") if negated else token
        before = self.standalone
        test = self._bracket() if token == "(" else self._term(token)
        if negated:
            self.standalone = before
            return lambda post: not test(post)
        return test

    def _bracket(self) -> Test:
        test = self.either()
        if self.ahead != ")":
            raise self.error("a bracket is not closed")
        self._next()
        return test

    def _term(self, token: str) -> Test:
        name, colon, value = token.partition(":")
        if colon and re.fullmatch(r"[a-z_]+", name):
            return self._operator(name, value)
        self.standalone = True
        if token.startswith("@"):
            return lambda post: token[1:].lower() in post.mentioned
        words = token.strip('"').casefold()
        return lambda post: _says(post, words)

    def _operator(self, name: str, value: str) -> Test:
        key = f"{name}:{value}"
        if key in _CONDITIONS:
            return _CONDITIONS[key]
        if name == "lang":
            return lambda post: post.lang == value
        self.standalone = True
        who = value.lstrip("@").lower()
        if name == "from":
            return lambda post: who in (post.author_id, self._world.users[post.author_id].username.lower())
        if name == "to":
            return lambda post: bool(post.in_reply_to_user_id) and self._is(post.in_reply_to_user_id, who)
        if name == "conversation_id":
            return lambda post: post.conversation_id == value
        raise self.error(f"'{key}' is not an operator")

    def _is(self, user_id: str | None, who: str) -> bool:
        return user_id is not None and who in (user_id, self._world.users[user_id].username.lower())


_CONDITIONS: dict[str, Test] = {
    "is:retweet": lambda post: post.retweets is not None,
    "is:reply": lambda post: post.in_reply_to is not None,
    "is:quote": lambda post: post.quotes is not None,
    "has:media": lambda post: bool(post.media),
    "has:links": lambda post: "urls" in post.shown.entities,
    "has:mentions": lambda post: bool(post.mentioned),
}


def _says(post: Post, words: str) -> bool:
    """Latin words match whole, as X cuts text at spaces; other scripts anywhere, since particles follow the word."""
    text = post.text.casefold()
    if words.isascii() and _ASCII_WORD.fullmatch(words):
        return words in _ASCII_WORD.findall(text)
    return words in text
