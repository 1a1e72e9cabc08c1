"""What the X client remembers between runs, in memory."""

from desk.adapters.x.client import XRecords
from desk.ports.breakers import Breakers
from desk.ports.dialects import DialectChoices
from desk.ports.spend import Spend
from tests.fakes.breakers import FakeBreakers
from tests.fakes.dialects import FakeDialects
from tests.fakes.spend import FakeSpend


def fake_records(
    breakers: Breakers | None = None, dialects: DialectChoices | None = None, spend: Spend | None = None
) -> XRecords:
    """These records, and new ones for the rest."""
    return XRecords(breakers or FakeBreakers(), dialects or FakeDialects(), spend or FakeSpend())
