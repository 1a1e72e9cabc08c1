"""Make the page: settings become clients, clients become stores, and the use cases get these."""

from collections.abc import Mapping

import boto3
from botocore.config import Config

from answer_case.http import AnswerPage
from answer_case.presence import LinkPresence
from answer_case.sign_in import SignedInPeople
from desk.aws.dynamodb import SNS_CONFIG
from desk.brand import Brand, load_brand
from desk.cases.links import CaseLinkItems
from desk.cases.opt_outs import OptOutItems
from desk.cases.wiring import case_store
from desk.clock import utc_now
from desk.logs import desk_log
from desk.notifications.wiring import wire_colleagues
from desk.posts.pause import PauseItems
from desk.posts.queue import NoTimer, PostQueueSqs
from desk.posts.submit import PostSubmitter
from desk.posts.wiring import log_queue_failures, post_store
from desk.replies.actions import CaseActions
from desk.replies.open import CaseOpener
from desk.replies.perform import CaseCommands
from desk.settings import setting
from desk.staff.presence import PresenceItems
from desk.staff.sessions import SessionItems

_TIMEOUTS = Config(connect_timeout=1, read_timeout=3, retries={"mode": "standard", "total_max_attempts": 2})
"""A person waits for the page: an early failure is better than a late success."""
_SNS_TIMEOUTS = SNS_CONFIG.merge(Config(connect_timeout=1, read_timeout=5))


def wire(environment: Mapping[str, str], brand: Brand | None = None) -> AnswerPage:
    """The page of the compiled brand, unless another is given. Raises SettingsError, which names a missing setting."""
    brand, logger = (brand or load_brand())._replace(x_site=setting(environment, "X_SITE_URL")), desk_log()
    dynamodb, desk_table = boto3.client("dynamodb", config=_TIMEOUTS), setting(environment, "DESK_TABLE")
    cases = case_store(environment, dynamodb)
    links, switch = CaseLinkItems(dynamodb, desk_table), PauseItems(dynamodb, desk_table)
    open_case = CaseOpener(links, cases, switch, OptOutItems(dynamodb, desk_table))
    colleagues = wire_colleagues(environment, brand, dynamodb, boto3.client("sns", config=_SNS_TIMEOUTS))
    queue = PostQueueSqs(boto3.client("sqs", config=_TIMEOUTS), queue_url=setting(environment, "POSTS_QUEUE_URL"))
    posts, log_failure = post_store(environment, dynamodb), log_queue_failures(logger)
    submitter = PostSubmitter(
        posts, queue, NoTimer(), utc_now, log_failure, handle=brand.handle, approval=brand.approval
    )
    actions = CaseActions(open_case, CaseCommands(cases, submitter, colleagues, brand), brand)
    sessions = SessionItems(dynamodb, desk_table)
    presence = LinkPresence(PresenceItems(dynamodb, desk_table), sessions, brand)
    return AnswerPage(
        open_case,
        actions,
        presence,
        brand,
        logger,
        api_url=setting(environment, "API_URL", may_be_empty=True),
        image_sources=setting(environment, "IMAGE_SOURCES"),
        people=SignedInPeople(sessions, open_case) if brand.answering_needs_sign_in else None,
    )
