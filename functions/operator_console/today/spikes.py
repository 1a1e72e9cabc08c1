"""Open spikes, as the banner of every page names them."""

from collections.abc import Sequence
from typing import NamedTuple

from operator_console.app import Visit
from operator_console.shell.cached import SpikeLine
from operator_console.shell.snapshot import Snapshot


class OpenSpikes(NamedTuple):
    """The spikes with their counts, the earliest first."""

    lines: Sequence[SpikeLine]


class SpikesCard:
    """What the banner has, from the same reading."""

    name = "spikes"

    def read(self, _visit: Visit, bar: Snapshot) -> OpenSpikes:
        """See Card."""
        return OpenSpikes(bar.spikes)
