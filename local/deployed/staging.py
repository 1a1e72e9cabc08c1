"""What is wrong with a staging desk: whatever of it could reach a customer, or people of the live desk."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import requests

from desk.x.endpoints import Credential
from desk.x.transport import XCredentials, auth_of
from local.brand.model import Desk
from local.loopback import is_local_host

_LEVEL = "x-access-level"
"""X's header of each answer to a signed call: what the app's permissions were when the token was made."""
_READS = "read"
_SECONDS = 10


def staging_faults(staging: Desk, live: Desk) -> Iterator[str]:
    """One sentence for each thing in the staging desk's file that is the live desk's, or would act by itself."""
    if staging.brand.key == live.brand.key:
        yield f"brand.key is {live.brand.key}, as on the live desk: a deployment would replace that one."
    if staging.mode != "trial":
        yield "mode: trial is missing."
    for key, department in staging.departments.items():
        if department.mode == "live":
            yield f"departments.{key}.mode is live."
    for address in sorted(_addresses(staging) & _addresses(live)):
        yield f"{address} is an address of the live desk."
    if staging.api and live.api and staging.api.domain == live.api.domain:
        yield f"api.domain is {live.api.domain}, as on the live desk."


def credential_faults(credentials: XCredentials, x_api: str) -> Iterator[str]:
    """Whether X says that these may only read; a sentence if they may do more, or if X does not say."""
    address = urlsplit(x_api)
    if address.scheme != "https" and not is_local_host(address.netloc):
        yield f"{x_api} is neither https nor on this machine, so no credentials are sent there."
        return
    try:
        answer = requests.get(
            f"{x_api.rstrip('/')}/2/users/me",
            auth=auth_of(credentials, Credential.USER),
            timeout=_SECONDS,
            allow_redirects=False,
        )
    except requests.RequestException as exc:
        yield f"X gave no answer ({type(exc).__name__}): it is not known what the credentials may do."
        return
    level = answer.headers.get(_LEVEL, "")
    if answer.status_code != requests.codes.ok:
        yield f"X answered {answer.status_code} to the credentials: it is not known what they may do."
    elif not level:
        yield f"X's answer has no {_LEVEL}: it is not known what the credentials may do."
    elif level != _READS:
        yield (
            f"The credentials may do more than read ({level}): set the app's permissions to Read, and then generate "
            "the access token anew."
        )


def _addresses(desk: Desk) -> frozenset[str]:
    """Whom a desk mails or calls."""
    mails = [address for department in desk.departments.values() for address in department.emails]
    return frozenset(
        [*(each.lower() for each in (*mails, *desk.digest.emails)), *desk.on_call.phones, *desk.on_call.webhooks]
    )
