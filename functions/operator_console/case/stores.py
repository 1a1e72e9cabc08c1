"""The stores of the page of a case."""

from typing import NamedTuple

from desk.cases.author_notes import AuthorNotes
from desk.cases.opt_outs import OptOuts
from desk.cases.private_messages import PrivateMessages
from desk.cases.store import CaseStore
from desk.mentions.store import MentionStore
from desk.posts.pause import PauseSwitch
from desk.posts.queue import PostQueue
from desk.posts.store import PostStore
from desk.staff.drafts import DraftStore
from desk.staff.presence import PresenceStore
from desk.staff.saved_replies import SavedReplyStore
from desk.suggestions.store import AnswerIndexes


class CasePageStores(NamedTuple):
    """What the page, its actions and its suggestions work with."""

    cases: CaseStore
    mentions: MentionStore
    posts: PostStore
    queue: PostQueue
    switch: PauseSwitch
    opt_outs: OptOuts
    private_messages: PrivateMessages
    drafts: DraftStore
    presence: PresenceStore
    saved_replies: SavedReplyStore
    author_notes: AuthorNotes
    answer_indexes: AnswerIndexes
