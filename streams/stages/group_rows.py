"""The rows of route: those of several Routers in one partition, told apart by their group."""

from collections.abc import Mapping

PREFIX = b"group/"


def group_key(group: str, key: bytes) -> bytes:
    """The key in the state topic of a Router's row. A group's name holds no slash, so it can be told from the rest.

    >>> group_key("acme-eu", b"ticket/c-1")
    b'group/acme-eu/ticket/c-1'
    """
    return b"%s%s/%s" % (PREFIX, group.encode(), key)


def rows_by_group(rows: Mapping[bytes, bytes]) -> dict[str, dict[bytes, bytes]]:
    """The Routers' rows among those of a partition, by group, with their own keys.

    >>> rows_by_group({b"group/acme/ticket/c-1": b"[]", b"totals": b"{}"})
    {'acme': {b'ticket/c-1': b'[]'}}
    """
    groups: dict[str, dict[bytes, bytes]] = {}
    for key, value in rows.items():
        if key.startswith(PREFIX):
            group, _, own_key = key.removeprefix(PREFIX).partition(b"/")
            groups.setdefault(group.decode(), {})[own_key] = value
    return groups
