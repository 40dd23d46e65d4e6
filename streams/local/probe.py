"""Asks a broker whether it serves: one Metadata request, small enough to need no client library.

Source: https://kafka.apache.org/protocol (Metadata, version 4; strings carry a two-byte length, -1 for null).
"""

import socket
import struct
from dataclasses import dataclass

_METADATA = 3
_VERSION = 4  # the oldest that Kafka 4 answers everywhere, and older than the compact encodings


@dataclass(frozen=True, slots=True)
class Cluster:
    """What a broker says of its cluster: its id, and how many brokers are registered and unfenced."""

    cluster_id: str | None
    brokers: int


def ask_cluster(host: str, port: int, timeout_s: float = 1.0) -> Cluster:
    """The cluster behind ``host:port``. Raises OSError while nobody answers there, or not like Kafka."""
    client_id = b"spillway-probe"
    header = struct.pack(">hhih", _METADATA, _VERSION, 0, len(client_id)) + client_id
    request = header + struct.pack(">i?", 0, False)  # no topics, and none created
    with socket.create_connection((host, port), timeout_s) as connection:
        connection.settimeout(timeout_s)
        connection.sendall(struct.pack(">i", len(request)) + request)
        (size,) = struct.unpack(">i", _read(connection, 4))
        if not 0 < size < 1_000_000:
            raise ConnectionError(f"{host}:{port} does not speak Kafka's protocol")
        try:
            return parse_metadata(_read(connection, size))
        except (struct.error, UnicodeDecodeError) as error:
            raise ConnectionError(f"{host}:{port} does not speak Kafka's protocol") from error


def parse_metadata(answer: bytes) -> Cluster:
    """Read the part of a Metadata answer (version 4) that we need.

    >>> broker = struct.pack(">ih4sih", 7, 4, b"host", 9092, -1)
    >>> parse_metadata(bytes(8) + struct.pack(">i", 1) + broker + struct.pack(">h3s", 3, b"abc"))
    Cluster(cluster_id='abc', brokers=1)
    """
    at = 8  # correlation id, throttle time
    (brokers,) = struct.unpack_from(">i", answer, at)
    at += 4
    for _ in range(brokers):
        at += 4  # node id
        _, at = _text(answer, at)  # host
        at += 4  # port
        _, at = _text(answer, at)  # rack
    cluster_id, _ = _text(answer, at)
    return Cluster(cluster_id, brokers)


def _text(answer: bytes, at: int) -> tuple[str | None, int]:
    (size,) = struct.unpack_from(">h", answer, at)
    at += 2
    return (None, at) if size < 0 else (answer[at : at + size].decode(), at + size)


def _read(connection: socket.socket, size: int) -> bytes:
    answer = b""
    while len(answer) < size:
        piece = connection.recv(size - len(answer))
        if not piece:
            raise ConnectionError("the broker closed the connection")
        answer += piece
    return answer
