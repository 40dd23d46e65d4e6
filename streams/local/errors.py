"""The one exception of the local broker."""


class LocalBrokerError(Exception):
    """The local broker cannot start. The message says in plain words what is wrong and what to do."""
