"""Puts the console together: the views of the inbox, the cases and the sign-in, and the sections that load later."""

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from aws_lambda_powertools import Logger

from desk.brand import Brand
from desk.staff.devices import DeviceStore
from desk.staff.sessions import SessionStore
from desk.staff.sign_ins import SignInStore
from desk.web.routes import Routes
from desk.web.static import SHARED, StaticFiles
from desk.x.stops import SpendView
from operator_console.app import ROOT, AnyRoute, Console, PublicRoute, RouteOrLater, Screens, policy
from operator_console.case.actions import CaseActionsView
from operator_console.case.author_notes import AuthorNotesView
from operator_console.case.case_page import CaseView
from operator_console.case.drafts_and_presence import DraftsAndPresence
from operator_console.case.stores import CasePageStores
from operator_console.case.suggestions import SuggestionsView
from operator_console.inbox.bulk import BulkView
from operator_console.inbox.heard import HeardQueue
from operator_console.inbox.inbox import InboxView
from operator_console.inbox.poll import PollView
from operator_console.inbox.search import SearchView
from operator_console.inbox.seen import SeenView
from operator_console.inbox.stores import InboxStores
from operator_console.inbox.take_danger import TakeDanger
from operator_console.inbox.to_read import ToRead
from operator_console.items.keeping import KeepingView
from operator_console.items.look_ups import LookUpsView
from operator_console.items.personal_actions import PersonalActions
from operator_console.items.seen_marks import SeenMarks
from operator_console.items.stores import ItemsStores
from operator_console.sections import LaterSections, LaterStores, Shared
from operator_console.session.sign_in import IdentityProvider, SignInView
from operator_console.shell.cached import HeardToSee, SpikeBanner
from operator_console.shell.danger_strip import DangerStrip
from operator_console.shell.palette import PaletteView
from operator_console.shell.render import SECTIONS, Renderer
from operator_console.shell.snapshot import SharedParts, Snapshots
from operator_console.shell.stores import ShellStores


class ConsoleStores(NamedTuple):
    """The stores of each section, as it declares them. `issuer` makes the identity provider for the first sign-in."""

    sessions: SessionStore
    sign_ins: SignInStore
    devices: DeviceStore
    issuer: Callable[[], IdentityProvider]
    shell: ShellStores
    items: ItemsStores
    inbox: InboxStores
    case: CasePageStores
    later: LaterStores


def console_of(  # noqa: PLR0913 - what it works with, each named
    stores: ConsoleStores, brand: Brand, logger: Logger, *, api_url: str, image_sources: str, pictures_origin: str
) -> Console:
    """The console.

    `image_sources` are the origins from which its pages show pictures; `pictures_origin` is where they upload and see
    those of new posts.
    """
    static = StaticFiles(f"{ROOT}/static", (SHARED, SECTIONS))
    shell = stores.shell
    known = Known(
        SharedParts(),
        SpendView(shell.spend, shell.breakers, brand),
        SpikeBanner(shell.spikes, shell.faults),
        HeardToSee(shell.heard),
    )

    @cache
    def screens_in(language: str) -> Screens:
        written = brand.in_language(language)
        return screens_of(stores, written, logger, static=static, known=known, api_url=api_url)

    screens_in(brand.language)  # at the start, which has more of a processor than a request
    headers = policy(image_sources=f"{image_sources} {pictures_origin}", upload_source=pictures_origin)
    return Console(
        lambda language: screens_in(language or brand.language),
        stores.sessions,
        logger,
        api_url=api_url,
        headers=headers,
        on_change=known.parts.forget,
    )


class Known(NamedTuple):
    """What is read again only after a while, whatever the language of the page that shows it."""

    parts: SharedParts
    spend: SpendView
    spikes: SpikeBanner
    heard: HeardToSee


def screens_of(  # noqa: PLR0913 - what they work with, each named
    stores: ConsoleStores, brand: Brand, logger: Logger, *, static: StaticFiles, known: Known, api_url: str
) -> Screens:
    """The console in the brand's language. Only its pages and sentences are made anew: the stores write the desk's."""
    shell, items, (parts, spend, spikes, heard_to_see) = stores.shell, stores.items, known
    strip = DangerStrip(shell.inbox, shell.cases, brand)
    snapshots = Snapshots(shell, brand, parts, spend=spend, spikes=spikes, heard=heard_to_see, strip=strip)
    renderer = Renderer(brand, static, snapshots)
    look_ups, marks = LookUpsView(items, renderer), SeenMarks(items.seen, items.cases, logger)
    actions = PersonalActions(items, renderer, logger, api_url=api_url)
    case_page = CaseView(stores.case, renderer, marks, look_ups)
    to_read = ToRead(stores.inbox, renderer, look_ups)
    heard = HeardQueue(stores.inbox, renderer, look_ups, heard_to_see)
    inbox = InboxView(
        stores.inbox, snapshots, renderer, to_read=to_read, heard=heard, open_item=case_page.open_and_mark
    )
    shared = Shared(renderer, snapshots, look_ups, marks, actions, spend, spikes, logger, static)
    later = LaterSections(stores.later, shared)
    routes: list[RouteOrLater] = [
        PublicRoute("GET", "static/{name}", static.response),
        *SignInView(
            stores.sign_ins,
            stores.sessions,
            items.settings,
            stores.devices,
            stores.issuer,
            renderer=renderer,
            logger=logger,
        ).routes(),
        *inbox.routes(),
        *to_read.routes(),
        *heard.routes(),
        *SeenView(stores.inbox, renderer, inbox, marks).routes(),
        *PollView(stores.inbox, snapshots, renderer, to_read, heard_to_see, live_part=later.live_part).routes(),
        *SearchView(stores.inbox, renderer).routes(),
        *PaletteView(shell.inbox, snapshots, renderer).routes(),
        *TakeDanger(stores.inbox, actions, strip, renderer).routes(),
        *BulkView(actions, inbox, renderer).routes(),
        *case_page.routes(),
        *KeepingView(items, renderer).routes(),
        *look_ups.routes(),
        *SuggestionsView(stores.case, renderer, spikes).routes(),
        *CaseActionsView(stores.case, renderer, case_page, actions).routes(),
        *DraftsAndPresence(stores.case, renderer).routes(),
        *AuthorNotesView(stores.case, renderer).routes(),
        *later.routes(),
    ]
    return Screens(Routes[AnyRoute](routes), renderer.problem)
