"""Which partition a key belongs to: murmur2, as Kafka's Java client counts it.

Source: Kafka's default partitioner (KIP-480 kept its hash); murmur2 by Austin Appleby.
"""

from functools import lru_cache

import numba
import numpy as np
from numpy.typing import NDArray

SEED = 0x9747B28C
M = 0x5BD1E995
MASK = 0xFFFFFFFF


@numba.njit(cache=True)  # type: ignore[untyped-decorator]
def _murmur2(data: NDArray[np.uint8]) -> int:
    length = data.shape[0]
    h = (SEED ^ length) & MASK
    for at in range(0, length - length % 4, 4):
        k = data[at] | data[at + 1] << 8 | data[at + 2] << 16 | data[at + 3] << 24
        k = (k * M) & MASK
        k = ((k ^ (k >> 24)) * M) & MASK
        h = ((h * M) & MASK) ^ k
    tail = length & ~3
    if length % 4 == 3:
        h ^= data[tail + 2] << 16
    if length % 4 >= 2:
        h ^= data[tail + 1] << 8
    if length % 4 >= 1:
        h = ((h ^ data[tail]) * M) & MASK
    h = ((h ^ (h >> 13)) * M) & MASK
    hashed: int = h ^ (h >> 15)
    return hashed


@lru_cache(maxsize=65_536)
def key_hash(key: bytes) -> int:
    """The non-negative 31-bit hash of a key; the partition is this modulo the number of partitions.

    >>> key_hash(b"21") == -973932308 & 0x7FFFFFFF  # a test vector of Kafka's own
    True
    """
    return int(_murmur2(np.frombuffer(key, np.uint8))) & 0x7FFFFFFF
