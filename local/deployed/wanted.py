"""Which addresses a desk subscribes to which topic."""

from dataclasses import dataclass

from desk.reading import OPERATOR
from local.brand.model import Desk
from local.deployed.stack import Stack

EMAIL, SMS, HTTPS = "email", "sms", "https"
"""What SNS calls the kinds of addresses."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One address that the desk subscribes to one topic; `filtered` if the topic carries more than mail.

    `protocol` is SNS's word for what kind of address it is.
    """

    topic: str
    address: str
    filtered: bool
    protocol: str = EMAIL

    @property
    def key(self) -> tuple[str, str]:
        """What is the same for the same address, however it is written."""
        return key_of(self.protocol, self.address)


def wanted(desk: Desk, stack: Stack) -> list[Wanted]:
    """Each department's addresses at its topic, the digest's readers and those on call at theirs.

    The operator's are also at the alarms.
    """
    departments = [
        Wanted(stack.topic(key), address, filtered=True)
        for key, department in desk.departments.items()
        for address in department.emails
    ]
    digest = [Wanted(stack.outputs["DigestTopic"], address, filtered=False) for address in desk.digest.emails]
    alarms = [
        Wanted(stack.outputs["AlarmTopic"], address, filtered=False) for address in desk.departments[OPERATOR].emails
    ]
    on_call = [
        Wanted(stack.outputs["OnCallTopic"], address, filtered=False, protocol=protocol)
        for protocol, addresses in ((SMS, desk.on_call.phones), (HTTPS, desk.on_call.webhooks))
        for address in addresses
    ]
    return departments + digest + alarms + on_call


def key_of(protocol: str, address: str) -> tuple[str, str]:
    """The identity of a subscription within its topic; the case of e-mail addresses does not matter."""
    return protocol, address.casefold() if protocol == EMAIL else address
