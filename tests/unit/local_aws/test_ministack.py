import json
import sys

import pytest
from ministack.services import sns

from local.aws.guarded import give_queues_all
from local.aws.ministack import MiniStackError, _environment, ministack


def test_a_local_aws_that_does_not_start_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")

    with pytest.raises(MiniStackError, match="did not start"), ministack():
        pass


def test_handlers_see_no_account_and_no_proxy_of_this_machine(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "HTTPS_PROXY", "http_proxy", "AWS_ENDPOINT_URL"):
        monkeypatch.setenv(name, "somebody's own")

    environment = _environment(4566, tmp_path_factory.mktemp("home"), enforce_iam=False)

    assert "somebody's own" not in environment.values()
    assert (environment["BIND_HOST"], environment["MINISTACK_HOST"]) == ("127.0.0.1", "127.0.0.1")


def test_a_queue_gets_what_is_for_each_protocol_and_others_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sns, "_resolve_message_for_protocol", sns._resolve_message_for_protocol)
    message = json.dumps({"default": "d", "sms": "s"})

    give_queues_all(sns)

    got = {
        protocol: sns._resolve_message_for_protocol(message, "json", protocol) for protocol in ("sqs", "sms", "email")
    }
    assert got == {"sqs": message, "sms": "s", "email": "d"}
