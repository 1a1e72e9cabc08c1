"""What the sweep of posts mails with, in memory."""

from collections.abc import Callable
from datetime import datetime

from desk.brand import Brand
from desk.notifications.notifier import Notifier
from tests.fakes.cases import FakeCaseLinks
from tests.fakes.notifications import FakeMailBudget, FakeSubscribers, FakeTopics


def mailing(
    topics: FakeTopics, clock: Callable[[], datetime], brand: Brand, budget: FakeMailBudget | None = None
) -> Notifier:
    """Tells departments by these topics."""
    return Notifier(
        topics,
        budget or FakeMailBudget(),
        FakeSubscribers(),
        brand,
        clock,
        links=FakeCaseLinks(),
        api_url="https://desk.jade.example",
    )
