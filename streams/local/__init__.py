"""A real Apache Kafka on this machine, for the demo and the tests: one KRaft node that dies with its parent.

It is never a fake: the jars are Maven Central's, pinned by ``kafka-pom.xml``.
"""

from streams.local.broker import LocalBroker
from streams.local.errors import LocalBrokerError

__all__ = ["LocalBroker", "LocalBrokerError"]
