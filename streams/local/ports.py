"""Free ports outside the ephemeral range.

A port inside it may be taken at any moment as the near end of somebody's connection, also while a broker restarts.
"""

import random
import socket
from pathlib import Path

from streams.local.errors import LocalBrokerError

LOWEST_PORT = 10_000
"""Below it live well-known services."""

HIGHEST_PORT = 65_535
_EPHEMERAL_FILE = Path("/proc/sys/net/ipv4/ip_local_port_range")
_EPHEMERAL_DEFAULT = range(32_768, HIGHEST_PORT + 1)  # covers Linux (32768-60999) and macOS (49152-65535)
_TRIES = 200


def ephemeral_ports() -> range:
    """The ports that the kernel hands to outgoing connections."""
    try:
        first, last = map(int, _EPHEMERAL_FILE.read_text().split())
    except FileNotFoundError:
        return _EPHEMERAL_DEFAULT
    return range(first, last + 1)


def candidate_ports(ephemeral: range) -> list[int]:
    """The ports to choose from, given the ephemeral ones.

    >>> ports = candidate_ports(range(32_768, 61_000))
    >>> ports[0], ports[-1], 32_767 in ports, 32_768 in ports, 60_999 in ports
    (10000, 65535, True, False, False)
    """
    return [port for port in range(LOWEST_PORT, HIGHEST_PORT + 1) if port not in ephemeral]


def free_ports() -> tuple[int, int]:
    """Two ports of 127.0.0.1 that nobody listens on just now; another process may still be faster.

    Raises LocalBrokerError when there are none.
    """
    # Random, so that brokers started at the same moment seldom pick the same port.
    candidates = candidate_ports(ephemeral_ports())
    found: list[int] = []
    for port in random.sample(candidates, min(_TRIES, len(candidates))):
        if _is_free(port):
            found.append(port)
        if len(found) == 2:
            return found[0], found[1]
    raise LocalBrokerError(
        f"No free ports between {LOWEST_PORT} and {HIGHEST_PORT} outside the ephemeral range. "
        f"Narrow that range ({_EPHEMERAL_FILE}), or stop what listens there."
    )


def _is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
