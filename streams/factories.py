"""Objects that the configuration names as ``module:function``: what a company writes itself and has installed."""

from importlib import import_module
from typing import Any


class FactoryError(Exception):
    """What a name stands for cannot be had. The text says why, in a line."""


def made_by(name: str) -> Any:
    """What the function of this name answers.

    >>> made_by("collections:OrderedDict")
    OrderedDict()
    >>> made_by("no_such_module:make")
    Traceback (most recent call last):
    streams.factories.FactoryError: no_such_module:make: ModuleNotFoundError

    Raises FactoryError if there is none, or if it raises.
    """
    module, _, function = name.partition(":")
    try:
        return getattr(import_module(module), function)()
    except Exception as error:
        raise FactoryError(f"{name}: {type(error).__name__}") from error
