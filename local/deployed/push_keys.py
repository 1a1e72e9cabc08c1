"""The key with which a deployed desk signs what it sends to people's devices: made once, in a secret of its own."""

import json
from typing import Any

from desk.staff.devices import DeviceStore
from local.deployed.errors import DeployedError
from notify_phones.web_push import new_private_key, public_key


def make_keys(secrets: Any, secret: str, devices: DeviceStore, *, replace: bool = False) -> str:
    """Make the keys, if there are none or they are to be replaced, and return the public one.

    The private key goes into the secret, the public one to the console, which gives it to browsers; both are written
    again if a run died in between. Raises DeployedError and StoreBusy.
    """
    private = "" if replace else _private_key(secrets.get_secret_value(SecretId=secret).get("SecretString", ""))
    if not private:
        private = new_private_key()
        secrets.put_secret_value(SecretId=secret, SecretString=json.dumps({"private_key": private}))
    public = public_key(private)
    if devices.public_key() != public:
        devices.save_public_key(public)
    return public


def _private_key(text: str) -> str:
    try:
        return str(json.loads(text)["private_key"])
    except (ValueError, KeyError, TypeError):
        raise DeployedError("Somebody has edited the secret by hand; `--replace` makes new keys.") from None
