"""A mail as SNS would send it, as a file that any mail program opens and any editor shows."""

from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTPUTF8
from pathlib import Path
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

_FOOTER = """

--
If you wish to stop receiving notifications from this topic, please click or visit the link below to unsubscribe:
https://sns.{region}.amazonaws.com/unsubscribe.html?SubscriptionArn={subscription}&Endpoint={endpoint}

Please do not reply directly to this email. If you have any questions or comments regarding this email, please \
contact us at https://aws.amazon.com/support
"""


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail to one address. `sent_at` is aware; `sender` is the topic's display name.

    `message_id` is SNS's, the same for all addresses that got it.
    """

    message_id: str
    department: str
    address: str
    topic: str
    sender: str
    subject: str
    body: str
    sent_at: datetime

    def write(self, path: Path) -> None:
        """Write it with SNS's footer. UTF-8 throughout, so that nothing is encoded away from a reader's eyes."""
        message = EmailMessage(policy=SMTPUTF8.clone(linesep="\n", max_line_length=0))
        message["From"] = Address(self.sender or "AWS Notifications", "no-reply", "sns.amazonaws.com")
        message["To"] = self.address
        message["Subject"] = self.subject or "AWS Notification Message"
        message["Date"] = self.sent_at
        message.set_content(self.body + self._footer(), cte="8bit")
        path.write_bytes(bytes(message))

    def _footer(self) -> str:
        # SNS draws the subscription's id at random; here it follows from the address, so that two runs compare equal.
        subscription = f"{self.topic}:{uuid5(NAMESPACE_URL, f'{self.topic}/{self.address}')}"
        return _FOOTER.format(region=self.topic.split(":")[3], subscription=subscription, endpoint=quote(self.address))
