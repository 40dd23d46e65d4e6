import pytest
from hypothesis import given
from hypothesis import strategies as st
from kafka.partitioner import murmur2

from streams.runtime.partitioner import key_hash

# From Apache Kafka's UtilsTest.testMurmur2.
JAVA = {
    b"21": -973932308,
    b"foobar": -790332482,
    b"a-little-bit-long-string": -985981536,
    b"a-little-bit-longer-string": -1486304829,
    b"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8": -58897971,
    b"abc": 479470107,
}


@pytest.mark.parametrize(("key", "hashed"), JAVA.items())
def test_keys_hash_as_in_java(key: bytes, hashed: int) -> None:
    assert key_hash(key) == hashed & 0x7FFFFFFF


@given(st.binary(max_size=64))
def test_keys_hash_as_in_kafka_python(key: bytes) -> None:
    assert key_hash(key) == murmur2(key) & 0x7FFFFFFF
