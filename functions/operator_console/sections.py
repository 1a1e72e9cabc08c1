"""The sections whose code is loaded when somebody first opens them, since it would slow every start.

These are all but the inbox, the pages of cases and the sign-in. Their views are imported where they are made, as their
stores are in `wiring.py`.
"""

# ruff: noqa: PLC0415 - see above

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from aws_lambda_powertools import Logger

from desk.posts.wiring import log_queue_failures
from desk.promises.store import Promises
from desk.trends.store import TrendStore
from desk.web.routes import LaterRoutes
from desk.web.static import StaticFiles
from desk.x.stops import SpendView
from operator_console.app import AnyRoute, PublicRoute, Route, Visit
from operator_console.items.look_ups import LookUpsView
from operator_console.items.personal_actions import PersonalActions
from operator_console.items.seen_marks import SeenMarks
from operator_console.shell.cached import SpikeBanner
from operator_console.shell.render import Renderer
from operator_console.shell.snapshot import LivePart, Snapshot, Snapshots

if TYPE_CHECKING:
    from desk.doctor.checks import HealthStores
    from desk.staff.practice import PracticeStore
    from operator_console.calendar.stores import CalendarStores
    from operator_console.items.checks import CheckStores, ChecksView
    from operator_console.items.pictures import PictureStores, PicturesView
    from operator_console.items.praise import PraisePageStores
    from operator_console.items.translation import TranslationStores
    from operator_console.people.stores import PeopleStores
    from operator_console.promises.promises import PromisesView
    from operator_console.settings.settings import SettingsPageStores
    from operator_console.spikes.spikes import SpikePageStores
    from operator_console.today.card import TodayStores
    from operator_console.today.night import NightReader
    from operator_console.today.today import TodayView
    from operator_console.trial.trial import TrialPageStores
    from operator_console.writing.stores import WritingStores


class LaterStores(NamedTuple):
    """What makes the stores of each section. The costs need none of their own."""

    practice: Callable[[], "PracticeStore"]
    praise: Callable[[], "PraisePageStores"]
    checks: Callable[[], "CheckStores"]
    pictures: Callable[[], "PictureStores"]
    translation: Callable[[], "TranslationStores"]
    writing: Callable[[], "WritingStores"]
    calendar: Callable[[], "CalendarStores"]
    people: Callable[[], "PeopleStores"]
    promises: Callable[[], Promises]
    trends: Callable[[], TrendStore]
    spikes: Callable[[], "SpikePageStores"]
    trial: Callable[[], "TrialPageStores"]
    today: Callable[[], "TodayStores"]
    settings: Callable[[], "SettingsPageStores"]
    health: Callable[[], "HealthStores"]


class Shared(NamedTuple):
    """What the sections share with the inbox and with each page."""

    renderer: Renderer
    snapshots: Snapshots
    look_ups: LookUpsView
    marks: SeenMarks
    actions: PersonalActions
    spend: SpendView
    spikes: SpikeBanner
    logger: Logger
    static: StaticFiles


class LaterSections:
    """Makes the views of each section."""

    def __init__(self, stores: LaterStores, shared: Shared) -> None:
        self._stores = stores
        self._shared = shared

    def routes(self) -> list[LaterRoutes[AnyRoute]]:
        """The routes of each section, by the first parts of their paths."""
        return [
            LaterRoutes(frozenset({"", "practice"}), self._practice),
            LaterRoutes(frozenset({"today"}), self._today_and_night),
            LaterRoutes(frozenset({"check"}), lambda: self._checks.routes()),  # noqa: PLW0108 - makes the view later
            LaterRoutes(frozenset({"pictures"}), lambda: self._pictures.routes()),  # noqa: PLW0108 - makes the view later
            LaterRoutes(frozenset({"praise"}), self._praise),
            LaterRoutes(frozenset({"translation"}), self._translation),
            LaterRoutes(frozenset({"write"}), self._writing),
            LaterRoutes(frozenset({"calendar", "stop", "pause", "resume", "post", "posts"}), self._calendar),
            LaterRoutes(frozenset({"people", "favourites"}), self._people),
            LaterRoutes(frozenset({"promises"}), lambda: self._promises.routes()),  # noqa: PLW0108 - makes the view later
            LaterRoutes(frozenset({"trends"}), self._trends),
            LaterRoutes(frozenset({"spikes"}), self._spikes),
            LaterRoutes(frozenset({"trial"}), self._trial),
            LaterRoutes(frozenset({"costs"}), self._costs),
            LaterRoutes(frozenset({"health"}), self._health),
            LaterRoutes(frozenset({"settings", "replies"}), self._settings),
            LaterRoutes(frozenset({"manifest.webmanifest", "worker.js", "offline"}), self._phone),
        ]

    def _practice(self) -> Iterable[Route]:
        from operator_console.case.practice import PracticeView

        return PracticeView(self._stores.practice(), self._shared.renderer).routes()

    def live_part(self, page: str, visit: Visit, bar: Snapshot) -> LivePart | None:
        """What a poll brings to the page of this name beside the snapshot, if it has such a part. Raises Refused."""
        match page:
            case "today":
                return self._today.live(visit, bar)
            case "promises":
                return self._promises.live(visit, bar)
        return None

    def _today_and_night(self) -> Iterable[Route]:
        from operator_console.today.day import KeptCard
        from operator_console.today.night_view import StackView
        from operator_console.today.review import ReviewView

        shared = self._shared
        night = StackView(self._nights, self._today, shared.snapshots, shared.renderer, shared.look_ups)
        stores, formatter = self._stores.today(), shared.renderer.formatter
        kept = KeptCard(stores.favourites, shared.snapshots, formatter)
        review = ReviewView(stores, shared.snapshots, shared.renderer, kept)
        return [*self._today.routes(), *night.routes(), *review.routes()]

    @cached_property
    def _nights(self) -> "NightReader":
        from operator_console.today.night import NightReader

        return NightReader(self._stores.today(), self._shared.renderer)

    @cached_property
    def _today(self) -> "TodayView":
        from operator_console.people.morning import Mornings
        from operator_console.today.today import TodayView, cards_of

        stores, shared = self._stores.today(), self._shared
        mornings = Mornings(self._stores.people(), shared.renderer, shared.look_ups)
        cards = cards_of(stores, shared.snapshots, shared.renderer, self._nights, mornings.roll)
        return TodayView(cards, shared.snapshots, shared.renderer)

    @cached_property
    def _checks(self) -> "ChecksView":
        from operator_console.items.checks import ChecksView

        return ChecksView(self._stores.checks(), self._shared.renderer)

    @cached_property
    def _pictures(self) -> "PicturesView":
        from operator_console.items.pictures import PicturesView

        return PicturesView(self._stores.pictures(), self._shared.renderer)

    def _praise(self) -> Iterable[Route]:
        from operator_console.items.praise import PraiseView

        return PraiseView(self._stores.praise(), self._shared.renderer).routes()

    def _translation(self) -> Iterable[Route]:
        from operator_console.items.translation import TranslationView

        return TranslationView(self._stores.translation(), self._shared.renderer).routes()

    def _writing(self) -> Iterable[Route]:
        from operator_console.writing.composer import ComposerView

        return ComposerView(self._stores.writing(), self._shared.renderer, self._checks, self._pictures.shown).routes()

    def _calendar(self) -> Iterable[Route]:
        from operator_console.calendar.calendar import CalendarView
        from operator_console.calendar.post_decisions import PostDecisionViews
        from operator_console.calendar.stop import StopViews

        stores, renderer = self._stores.calendar(), self._shared.renderer
        deciding = PostDecisionViews(stores, renderer, log_queue_failures(self._shared.logger))
        return [
            *CalendarView(stores, renderer, deciding).routes(),
            *StopViews(stores, renderer, deciding).routes(),
        ]

    def _people(self) -> Iterable[Route]:
        from operator_console.people.attendance import AttendancePage
        from operator_console.people.favourites import FavouritesPage
        from operator_console.people.opted_out import OptedOutPage
        from operator_console.people.regulars import RegularsPage

        stores, renderer, look_ups = self._stores.people(), self._shared.renderer, self._shared.look_ups
        return [
            *OptedOutPage(stores, renderer, look_ups).routes(),
            *RegularsPage(stores, renderer).routes(),
            *AttendancePage(stores, renderer, look_ups, self._shared.actions).routes(),
            *FavouritesPage(stores.favourites, renderer).routes(),
        ]

    @cached_property
    def _promises(self) -> "PromisesView":
        from operator_console.promises.promises import PromisesView

        return PromisesView(self._stores.promises(), self._shared.snapshots, self._shared.renderer)

    def _trends(self) -> Iterable[Route]:
        from operator_console.trends.trends import TrendsView

        return TrendsView(self._stores.trends(), self._shared.renderer).routes()

    def _spikes(self) -> Iterable[Route]:
        from operator_console.spikes.spikes import SpikesView

        return SpikesView(self._stores.spikes(), self._shared.renderer, self._shared.spikes).routes()

    def _trial(self) -> Iterable[Route]:
        from operator_console.trial.trial import TrialView

        return TrialView(self._stores.trial(), self._shared.actions, self._shared.renderer).routes()

    def _costs(self) -> Iterable[Route]:
        from operator_console.costs.costs import CostsView

        return CostsView(self._shared.spend, self._shared.renderer).routes()

    def _health(self) -> Iterable[Route]:
        from operator_console.health.health import HealthView

        return HealthView(self._stores.health(), self._shared.renderer).routes()

    def _phone(self) -> Iterable[PublicRoute]:
        from operator_console.phone.app_files import AppFiles

        return AppFiles(self._shared.static, self._shared.renderer).routes()

    def _settings(self) -> Iterable[Route]:
        from operator_console.phone.devices import DevicesPage
        from operator_console.settings.saved_replies import SavedRepliesView
        from operator_console.settings.settings import SettingsPage

        stores, renderer = self._stores.settings(), self._shared.renderer
        return [
            *SettingsPage(stores.settings, renderer).routes(),
            *DevicesPage(stores.devices, renderer).routes(),
            *SavedRepliesView(stores.saved_replies, stores.cases, renderer).routes(),
        ]
