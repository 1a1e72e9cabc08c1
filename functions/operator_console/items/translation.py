"""POST translation/{key}/{post}: a post in the desk's language, for who asks for it. Nothing is stored or logged."""

from http import HTTPStatus
from typing import NamedTuple

from desk.cases.model import conversation_of
from desk.cases.store import CaseStore
from desk.mentions.model import Mention
from desk.mentions.store import MentionStore
from desk.mentions.threads import ThreadPosts
from desk.private_numbers import masked
from desk.translation.translate import NotTranslated, Translation, TranslationProblem, Translations, source_language
from desk.web.response import Response, html
from desk.x.model import XPost
from operator_console.app import Refused, Right, Route, Visit
from operator_console.items.visible import MENTION_KEY, VisibleItems
from operator_console.shell.render import Renderer


class TranslationStores(NamedTuple):
    """Where posts are found, and what translates them."""

    cases: CaseStore
    mentions: MentionStore
    threads: ThreadPosts
    translations: Translations


class TranslationView:
    """Translates a post that the person sees, private numbers masked."""

    def __init__(self, stores: TranslationStores, renderer: Renderer) -> None:
        self._stores = stores
        self._renderer = renderer
        self._visible = VisibleItems(stores.cases, stores.mentions)

    def routes(self) -> list[Route]:
        """The routes of this view."""
        return [Route("POST", "translation/{key}/{post}", self._translate, Right.DRAFT)]

    def _translate(self, visit: Visit) -> Response:
        key, post = visit.params["key"], self._post(visit)
        translation: Translation | None = None
        problem: TranslationProblem | None = None
        try:
            translation = self._translation(post, visit)
        except NotTranslated as exc:
            problem = exc.problem
        values = {"key": key, "post": post, "translation": translation, "problem": problem}
        if visit.request.is_fragment:
            return html(self._renderer.part("items/_translation.html.j2", visit, **values))
        return html(self._renderer.page("items/translation.html.j2", visit, **values))

    def _translation(self, post: XPost, visit: Visit) -> Translation:
        own = self._renderer.brand.language
        source = source_language(post.lang, own)
        if not source or not post.text:
            raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, "console.problem.unreadable")
        return self._stores.translations.translate(masked(post.text), source, own, visit.now)

    def _post(self, visit: Visit) -> XPost:
        """Raises Refused (404) if there is no such post in the case or mention, or the person must not see it."""
        key, post_id = visit.params["key"], visit.params["post"]
        if MENTION_KEY.fullmatch(key):
            mentions = [self._visible.mention(visit, key).mention]
            conversation_id = conversation_of(mentions[0].post)
        else:
            file = self._visible.file(visit, key)
            mentions, conversation_id = [each.mention for each in file.mentions], file.case.conversation_id
            if post_id in file.case.mention_ids:  # older ones are not among the file's
                mentions += [each.mention for each in self._stores.mentions.get_many([post_id]).values()]
        posts = [*_posts_of(mentions), *self._stores.threads.of(conversation_id, visit.now)]
        found = next((post for post in posts if post.id == post_id), None)
        if found is None:
            raise Refused(HTTPStatus.NOT_FOUND, "console.problem.no_item")
        return found


def _posts_of(mentions: list[Mention]) -> list[XPost]:
    """The mentions' posts, and those that they reply to, as far as they have words."""
    parents = (mention.parent.post for mention in mentions if mention.parent)
    return [*(mention.post for mention in mentions), *(post for post in parents if post)]
