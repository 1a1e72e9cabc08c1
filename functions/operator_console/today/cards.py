"""The cards of *오늘*, in their order. See `card.py` for how to add one."""

from operator_console.shell.render import Renderer
from operator_console.shell.snapshot import Snapshots
from operator_console.today.answers import AnswersCard
from operator_console.today.approvals import ApprovalsCard
from operator_console.today.card import Cards
from operator_console.today.danger import DangerCard
from operator_console.today.decisions import DecisionsCard
from operator_console.today.departments import DepartmentsCard
from operator_console.today.greeting import GreetingCard
from operator_console.today.handover import HandoverCard
from operator_console.today.kept import KeptCard
from operator_console.today.night import NightCard
from operator_console.today.posts import PostsCard
from operator_console.today.promises import PromisesCard
from operator_console.today.review import ReviewCard
from operator_console.today.roll import CountsRoll, RollCard
from operator_console.today.spikes import SpikesCard
from operator_console.today.stack import NightReader
from operator_console.today.stores import TodayStores


def cards_of(
    stores: TodayStores, snapshots: Snapshots, renderer: Renderer, nights: NightReader, counts_roll: CountsRoll
) -> Cards:
    """The cards, made of their stores."""
    formatter = renderer.formatter
    return Cards(
        work=(
            HandoverCard(stores.reviews, snapshots),
            DangerCard(snapshots),
            NightCard(nights, snapshots),
            GreetingCard(stores, snapshots, formatter),
            AnswersCard(snapshots),
            PromisesCard(snapshots, formatter),
            DecisionsCard(stores.posts, snapshots),
            DepartmentsCard(snapshots),
            ReviewCard(stores, snapshots, renderer),
        ),
        beside=(
            SpikesCard(),
            ApprovalsCard(stores.posts, snapshots),
            PostsCard(stores, snapshots, formatter),
            RollCard(snapshots, counts_roll),
            KeptCard(stores.favourites, snapshots, formatter),
        ),
    )
