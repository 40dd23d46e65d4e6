"""Compiles all compiled code, once: ``python -m streams.kernels``.

What is compiled is kept on disk beside the sources, or in NUMBA_CACHE_DIR. Whoever comes first to it compiles it anew,
which takes tens of seconds: the image does this when it is built, and `make test` before it starts two processes.
"""

from detectors.surge import compile_bank
from detectors.text import Triage
from streams.runtime.partitioner import key_hash


def compile_all() -> None:
    """Compile what is not on disk yet; seconds where all is.

    >>> compile_all()
    """
    Triage.default()
    compile_bank()
    key_hash(b"")


if __name__ == "__main__":
    compile_all()
