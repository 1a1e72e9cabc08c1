"""What the sweep of posts mails with, in memory."""

from collections.abc import Callable
from datetime import datetime

from desk.brand import Brand
from route_inquiry.publish import Publisher
from tests.fakes.case_links import FakeCaseLinks
from tests.fakes.mail_budget import FakeMailBudget
from tests.fakes.subscribers import FakeSubscribers
from tests.fakes.topics import FakeTopics


def mailing(
    topics: FakeTopics, clock: Callable[[], datetime], brand: Brand, budget: FakeMailBudget | None = None
) -> Publisher:
    """Tells departments by these topics."""
    return Publisher(
        topics,
        budget or FakeMailBudget(),
        FakeSubscribers(),
        brand,
        clock,
        links=FakeCaseLinks(),
        api_url="https://desk.jade.example",
    )
