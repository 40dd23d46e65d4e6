import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.local import LocalBrokerError, ports
from streams.local.ports import candidate_ports, ephemeral_ports, free_ports


@given(first=st.integers(1, 65_535), length=st.integers(1, 65_535))
def test_no_candidate_lies_in_the_ephemeral_range(first: int, length: int) -> None:
    ephemeral = range(first, min(first + length, 65_536))
    candidates = candidate_ports(ephemeral)
    assert not set(candidates) & set(ephemeral)
    assert all(10_000 <= port <= 65_535 for port in candidates)


def test_free_ports_differ_are_free_and_lie_outside_this_machines_ephemeral_range() -> None:
    first, second = free_ports()
    assert first != second
    assert not {first, second} & set(ephemeral_ports())
    for port in (first, second):
        with socket.create_server(("127.0.0.1", port)):
            pass


def test_a_port_somebody_listens_on_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = free_ports()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        monkeypatch.setattr(ports, "candidate_ports", lambda _: [first, taken.getsockname()[1], second])
        assert set(free_ports()) == {first, second}


def test_a_machine_whose_ports_are_all_ephemeral_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "ephemeral_ports", lambda: range(1_024, 65_536))
    with pytest.raises(LocalBrokerError, match=r"outside the ephemeral range\. Narrow that range"):
        free_ports()
