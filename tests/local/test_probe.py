import socket
import threading

import pytest

from streams.local import LocalBroker
from streams.local.ports import free_ports
from streams.local.probe import ask_cluster


def test_a_running_broker_counts_itself_and_names_its_cluster(broker: LocalBroker) -> None:
    host, port = broker.bootstrap.split(":")
    cluster = ask_cluster(host, int(port), timeout_s=30)
    assert cluster.brokers == 1
    assert cluster.cluster_id
    assert len(cluster.cluster_id) == 22


def test_a_port_without_a_listener_raises() -> None:
    with pytest.raises(OSError, match="refused"):
        ask_cluster("127.0.0.1", free_ports()[0])


@pytest.mark.parametrize(
    "answer",
    [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x00\x00\x00\x09short", b"\x00\x00\x00\x05short", b""],
    ids=["http", "cut off", "too short", "nothing"],
)
def test_a_listener_that_is_no_broker_raises(answer: bytes) -> None:
    def serve_one(server: socket.socket) -> None:
        connection, _ = server.accept()
        with connection:
            connection.recv(1_000)
            connection.sendall(answer)

    with socket.create_server(("127.0.0.1", free_ports()[0])) as server:
        thread = threading.Thread(target=serve_one, args=(server,))
        thread.start()
        with pytest.raises(ConnectionError, match=r"does not speak|closed the connection"):
            ask_cluster(*server.getsockname(), timeout_s=30)
        thread.join()
