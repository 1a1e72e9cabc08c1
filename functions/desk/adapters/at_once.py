"""No timer, for who never puts anything off."""

from datetime import datetime

from desk.errors import QueueUnavailable


class AtOnce:
    """The port PostTimer where every post goes out at once: the sweep finds what the queue did not take."""

    def set(self, post_id: str, at: datetime) -> None:
        """See PostTimer."""
        raise QueueUnavailable(f"{post_id} was to go out at once, not at {at.isoformat()}")

    def remove(self, post_id: str) -> None:
        """See PostTimer."""
