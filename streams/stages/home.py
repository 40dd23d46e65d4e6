"""Which groups are at home on a partition: what needs one writer a group checks that it is the one."""

from collections.abc import Collection

from streams.contracts import ContractError, Reason
from streams.runtime.partitioner import key_hash


class Home:
    """One partition of a topic that is keyed by group. groups: those of the policy.

    Anyone may write here, and clients place keys in their own ways: on a second partition a group would get a second
    Router, planner or bank, each with half of what happened.

    >>> Home(["acme"], partition=0, partitions=1).group(b"acme")
    'acme'
    >>> Home(["acme"], partition=0, partitions=1).group(None)
    Traceback (most recent call last):
        ...
    streams.contracts.errors.ContractError: unknown_group
    """

    def __init__(self, groups: Collection[str], partition: int, partitions: int) -> None:
        self._groups = frozenset(groups)
        self._partition, self._partitions = partition, partitions

    def group(self, key: bytes | None) -> str:
        """The group that a record's key names.

        Raises ContractError: UNKNOWN_GROUP if the policy has no such group, WRONG_PARTITION if it is not at home here.
        """
        key = key or b""
        group = key.decode(errors="replace")
        if group not in self._groups:
            raise ContractError(Reason.UNKNOWN_GROUP)
        if key_hash(key) % self._partitions != self._partition:
            raise ContractError(Reason.WRONG_PARTITION)
        return group
