"""X's ids carry their time of birth, which lets one compare and cut by time without asking X.

Source: the id's upper bits are milliseconds since 2010-11-04T01:42:54.657Z, its lower 22 bits worker and sequence.
"""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(2010, 11, 4, 1, 42, 54, 657000, tzinfo=UTC)
_LOWER_BITS = 22


def time_of(post_id: str) -> datetime:
    """When the post with this id was made, in UTC, to the millisecond."""
    return _EPOCH + timedelta(milliseconds=int(post_id) >> _LOWER_BITS)


def first_id_at(moment: datetime) -> str:
    """The smallest id that a post made at `moment` (aware) can have."""
    return str(max(0, (moment - _EPOCH) // timedelta(milliseconds=1)) << _LOWER_BITS)


def earlier(post_id: str, span: timedelta) -> str:
    """The id that lies `span` before this one in time; ids before the epoch become 0."""
    return str(max(0, int(post_id) - ((span // timedelta(milliseconds=1)) << _LOWER_BITS)))
