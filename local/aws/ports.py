"""Ports of this machine: a free one, or the one asked for."""

import socket

LOOPBACK = "127.0.0.1"


class PortTakenError(Exception):
    """Someone else listens on the port that was asked for; the message is for a person."""


def port_or_free(preferred: int) -> int:
    """The preferred port while nothing listens on it, else any free one."""
    try:
        return free_port(preferred)
    except PortTakenError:
        return free_port()


def free_port(wanted: int = 0) -> int:
    """A port that nothing listens on: `wanted`, or any when that is 0. Raises PortTakenError."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, wanted))
        except OSError as exc:
            raise PortTakenError(f"Port {wanted} on {LOOPBACK} is taken or not allowed; choose another one.") from exc
        port: int = probe.getsockname()[1]
        return port
