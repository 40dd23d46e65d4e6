"""Clients on uvloop, the loop that workers run in."""

import pytest
import uvloop
from aiokafka.conn import create_conn
from aiokafka.errors import KafkaConnectionError
from aiokafka.protocol.metadata import MetadataRequest

import streams.runtime.kafka  # noqa: F401 - what it changes in aiokafka is under test
from streams.local import LocalBroker


def test_what_is_sent_on_a_connection_that_just_broke_fails_as_a_connection_does(broker: LocalBroker) -> None:
    async def send() -> None:
        host, _, port = broker.bootstrap.partition(":")
        connection = await create_conn(host, int(port))
        writer = connection._writer
        assert writer is not None
        writer.transport.abort()
        await connection._closed_fut
        connection._writer = writer  # the connection's reader has not yet heard of it, as it may happen
        with pytest.raises(KafkaConnectionError):
            connection.send(MetadataRequest(None))

    uvloop.run(send())
