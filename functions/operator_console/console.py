"""Puts the console together: its views with their stores, and all its routes."""

from aws_lambda_powertools import Logger

from desk.brand import Brand
from desk.posts.wiring import log_queue_failures
from desk.x.stops import SpendView
from operator_console.actions import CaseActionsView
from operator_console.app import Console, LaterRoutes, PublicRoute, Route
from operator_console.bar import BarView
from operator_console.bulk import BulkView
from operator_console.case_page import CaseView, SeenMarks
from operator_console.checks import ChecksView
from operator_console.danger_strip import DangerStrip
from operator_console.drafts_and_presence import DraftsAndPresence
from operator_console.favourites import FavouritesView
from operator_console.heard import HeardQueue
from operator_console.heard_count import HeardCount
from operator_console.http import PolicySources
from operator_console.look_ups import LookUpsView
from operator_console.people import PeopleView
from operator_console.poll import PollView
from operator_console.post_decisions import PostDecisionViews
from operator_console.practice import PracticeView
from operator_console.queues import InboxView
from operator_console.render import Assets, Renderer
from operator_console.search import SearchView
from operator_console.sections import Sections
from operator_console.seen import SeenView
from operator_console.settings_page import SettingsPage
from operator_console.sign_in import SignInView
from operator_console.spike_banner import SpikeBanner
from operator_console.stop import StopViews
from operator_console.stores import Stores
from operator_console.suggestions import SuggestionsView
from operator_console.take_danger import TakeDanger
from operator_console.to_read import ToRead
from operator_console.trend_note import TrendNote
from operator_console.trial import TrialView


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
    case_page = CaseView(stores, renderer, SeenMarks(stores.seen, stores.cases, logger), look_ups)
    checks = ChecksView(stores, renderer, case_page)
    to_read = ToRead(stores, renderer, look_ups)
    heard = HeardQueue(stores, renderer, look_ups, heard_count)
    inbox = InboxView(stores, bar, renderer, to_read=to_read, heard=heard, open_item=case_page.open_and_mark)
    deciding = PostDecisionViews(stores, renderer, log_queue_failures(logger))
    actions = CaseActionsView(stores, renderer, case_page, logger, api_url=api_url)
    routes: list[Route | PublicRoute | LaterRoutes] = [
        PublicRoute("GET", "static/{name}", assets.response),
        *PracticeView(stores.practice, renderer).routes(),
        *inbox.routes(),
        *to_read.routes(),
        *heard.routes(),
        *SeenView(stores, renderer, inbox, case_page).routes(),
        *PollView(stores, renderer, spikes, heard_count, strip).routes(),
        *SignInView(stores.sign_ins, stores.sessions, stores.issuer, renderer, logger).routes(),
        *SearchView(stores, renderer).routes(),
        *SuggestionsView(stores, renderer, spikes).routes(),
        *case_page.routes(),
        *look_ups.routes(),
        *actions.routes(),
        *TakeDanger(stores.cases, actions, strip, renderer).routes(),
        *BulkView(actions, inbox, renderer).routes(),
        *DraftsAndPresence(stores, renderer, case_page).routes(),
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
