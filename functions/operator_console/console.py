"""Puts the console together: its views with their stores, and all its routes."""

from aws_lambda_powertools import Logger

from desk.brand import Brand
from desk.posts.wiring import log_queue_failures
from desk.x.stops import SpendView
from operator_console.app import Console, LaterRoutes, PublicRoute, Route
from operator_console.calendar.post_decisions import PostDecisionViews
from operator_console.calendar.stop import StopViews
from operator_console.case.actions import CaseActionsView
from operator_console.case.case_page import CaseView
from operator_console.case.drafts_and_presence import DraftsAndPresence
from operator_console.case.practice import PracticeView
from operator_console.case.suggestions import SuggestionsView
from operator_console.http import PolicySources
from operator_console.inbox.bulk import BulkView
from operator_console.inbox.heard import HeardQueue
from operator_console.inbox.inbox import InboxView
from operator_console.inbox.poll import PollView
from operator_console.inbox.search import SearchView
from operator_console.inbox.seen import SeenView
from operator_console.inbox.take_danger import TakeDanger
from operator_console.inbox.to_read import ToRead
from operator_console.items.checks import ChecksView
from operator_console.items.look_ups import LookUpsView
from operator_console.items.personal_actions import PersonalActions
from operator_console.items.seen_marks import SeenMarks
from operator_console.people.favourites import FavouritesView
from operator_console.people.people import PeopleView
from operator_console.sections import Sections
from operator_console.session.sign_in import SignInView
from operator_console.settings.settings import SettingsPage
from operator_console.shell.bar import BarView
from operator_console.shell.danger_strip import DangerStrip
from operator_console.shell.heard_count import HeardCount
from operator_console.shell.render import Assets, Renderer
from operator_console.shell.spike_banner import SpikeBanner
from operator_console.shell.trend_note import TrendNote
from operator_console.stores import Stores
from operator_console.trial.trial import TrialView


def console_of(  # noqa: PLR0913 - what it works with, each named
    stores: Stores, brand: Brand, logger: Logger, *, api_url: str, image_sources: str, pictures_origin: str
) -> Console:
    """The console.

    `image_sources` are the origins from which its pages show pictures; `pictures_origin` is where they upload and see
    those of new posts.
    """
    assets = Assets()
    spend, spikes = SpendView(stores.spend, stores.breakers, brand), SpikeBanner(stores.spikes, stores.faults)
    note, heard_count = TrendNote(stores.trends, brand.trends), HeardCount(stores.heard)
    strip = DangerStrip(stores.inbox, brand)
    bar = BarView(
        stores.switch, stores.inbox, stores.seen, heard_count, stores.posts, spend, spikes, note, strip, brand
    )
    renderer = Renderer(brand, assets, bar)
    look_ups = LookUpsView(stores, renderer)
    marks = SeenMarks(stores.seen, stores.cases, logger)
    case_page, checks = CaseView(stores, renderer, marks, look_ups), ChecksView(stores, renderer)
    to_read = ToRead(stores, renderer, look_ups)
    heard = HeardQueue(stores, renderer, look_ups, heard_count)
    inbox = InboxView(stores, bar, renderer, to_read=to_read, heard=heard, open_item=case_page.open_and_mark)
    deciding = PostDecisionViews(stores, renderer, log_queue_failures(logger))
    actions = PersonalActions(stores, renderer, logger, api_url=api_url)
    routes: list[Route | PublicRoute | LaterRoutes] = [
        PublicRoute("GET", "static/{name}", assets.response),
        *PracticeView(stores.practice, renderer).routes(),
        *inbox.routes(),
        *to_read.routes(),
        *heard.routes(),
        *SeenView(stores, renderer, inbox, marks).routes(),
        *PollView(stores, renderer, spikes, heard_count, strip).routes(),
        *SignInView(stores.sign_ins, stores.sessions, stores.issuer, renderer, logger).routes(),
        *SearchView(stores, renderer).routes(),
        *SuggestionsView(stores, renderer, spikes).routes(),
        *case_page.routes(),
        *look_ups.routes(),
        *CaseActionsView(stores, renderer, case_page, actions).routes(),
        *TakeDanger(stores, actions, strip, renderer).routes(),
        *BulkView(actions, inbox, renderer).routes(),
        *DraftsAndPresence(stores, renderer).routes(),
        *SettingsPage(stores, renderer).routes(),
        *StopViews(stores, renderer, deciding).routes(),
        *checks.routes(),
        *Sections(stores, renderer, checks, deciding, spend, spikes).routes(),
        *PeopleView(stores, renderer, look_ups, actions).routes(),
        *FavouritesView(stores, renderer).routes(),
        *TrialView(stores, actions, renderer).routes(),
    ]
    sources = PolicySources(f"{image_sources} {pictures_origin}", pictures_origin)
    return Console(routes, stores.sessions, renderer, logger, api_url=api_url, sources=sources)
