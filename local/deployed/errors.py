"""What can be wrong with a deployed desk, as sentences for the person who deploys."""

from desk.errors import DeskError


class DeployedError(DeskError):
    """The deployed stack is not as it should be; the message says what to do."""


class DriftError(DeployedError):
    """What runs on AWS, or was built, is not what desk.yaml says, and nobody who edits desk.yaml could know."""
