from pathlib import Path

import pytest

from local.aws.ports import PortTakenError, free_port
from local.stage import Ports, stage


@pytest.mark.parametrize("both", [("aws", "x"), ("aws", "api"), ("x", "sign_in")])
def test_one_port_for_two_servers_is_refused_before_anything_starts(tmp_path: Path, both: tuple[str, str]) -> None:
    port = free_port()
    ports = Ports(**dict.fromkeys(both, port))

    with pytest.raises(PortTakenError, match=f"Port {port}"), stage(tmp_path, ports=ports):
        pytest.fail("a stage with one port for two servers")
