from pathlib import Path

import pytest

from local.aws.ports import PortTakenError, free_port
from local.stage import Ports, stage


def test_one_port_for_both_servers_is_refused_before_anything_starts(tmp_path: Path) -> None:
    port = free_port()

    with pytest.raises(PortTakenError, match=f"Port {port}"), stage(tmp_path, ports=Ports(aws=port, x=port)):
        pytest.fail("a stage with one port for two servers")
