"""An ensemble as bytes and back: sparse, compressed, guarded by a SHA-256, without pickle."""

import hashlib
import json
import zlib
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from detectors.drift.rising import check_buckets
from detectors.text.ensemble import Ensemble

_MAGIC: Final = b"spillway-text-2\n"
_HEAD: Final = len(_MAGIC) + 32


def pack(parameters: Mapping[str, Any], ensemble: Ensemble) -> bytes:
    """Parameters (what JSON can hold) and an ensemble, of which the rows that have learned are kept."""
    rows = np.flatnonzero(ensemble.softmax.squares.any(axis=1)).astype("<i4")
    prior_rows = np.flatnonzero(ensemble.prior.any(axis=1)).astype("<i4")
    header = json.dumps(
        {**parameters, "alarms": ensemble.alarms, "rows": len(rows), "prior_rows": len(prior_rows)}
    ).encode()
    arrays: list[NDArray[Any]] = [rows, prior_rows]
    arrays += [table[rows].astype("<f8") for table in (ensemble.softmax.weights, ensemble.softmax.squares)]
    arrays += [ensemble.quick[rows].astype("<f4"), ensemble.prior[prior_rows].astype("<f4")]
    arrays += [vector.astype("<f8") for vector in _vectors(ensemble)]
    body = len(header).to_bytes(4, "little") + header + zlib.compress(b"".join(a.tobytes() for a in arrays), 1)
    return _MAGIC + hashlib.sha256(body).digest() + body


def parameters_of(data: bytes) -> dict[str, Any]:
    """The parameters that `pack` was given. Raises ValueError if the bytes are torn, altered or something else."""
    body = data[_HEAD:]
    if not data.startswith(_MAGIC) or hashlib.sha256(body).digest() != data[len(_MAGIC) : _HEAD]:
        raise ValueError("not a whole text model")
    header = json.loads(body[4 : 4 + int.from_bytes(body[:4], "little")])
    if not isinstance(header, dict):
        raise ValueError("not a text model")
    return header


def unpack_into(ensemble: Ensemble, data: bytes) -> None:
    """Give a new ensemble the state that `pack` wrote. Raises ValueError if it does not fit; then throw it away."""
    header = parameters_of(data)
    n_slots, n_labels = ensemble.softmax.weights.shape
    n_quick = ensemble.quick.shape[1]
    try:
        n_rows, n_prior, alarms = int(header["rows"]), int(header["prior_rows"]), int(header["alarms"])
    except (KeyError, TypeError, OverflowError) as error:
        raise ValueError("not a text model") from error
    if not (0 <= n_rows <= n_slots and 0 <= n_prior <= n_slots and alarms >= 0):
        raise ValueError("a text model of the wrong size")
    vectors = _vectors(ensemble)
    size = n_rows * (4 + 16 * n_labels + 4 * n_quick) + n_prior * (4 + 4 * n_labels)
    size += sum(vector.nbytes for vector in vectors)
    start = _HEAD + 4 + int.from_bytes(data[_HEAD : _HEAD + 4], "little")
    try:
        raw = zlib.decompressobj().decompress(data[start:], size + 1)  # never unpacks more than is announced
    except zlib.error as error:
        raise ValueError("not a text model") from error
    if len(raw) != size:
        raise ValueError("a text model of the wrong size")
    at = 0

    def take(dtype: str, *shape: int) -> NDArray[Any]:
        nonlocal at
        n = int(np.prod(shape))
        array = np.frombuffer(raw, dtype, n, at).reshape(shape)
        at += array.nbytes
        if not np.isfinite(array).all():
            raise ValueError("a text model with impossible numbers")
        return array

    rows, prior_rows = take("<i4", n_rows), take("<i4", n_prior)
    for some in (rows, prior_rows):
        if len(some) and not (some[0] >= 0 and some[-1] < n_slots and (np.diff(some) > 0).all()):
            raise ValueError("a text model with impossible numbers")
    ensemble.softmax.weights[rows] = take("<f8", n_rows, n_labels)
    ensemble.softmax.squares[rows] = take("<f8", n_rows, n_labels)
    ensemble.quick[rows] = take("<f4", n_rows, n_quick)
    if n_prior:
        ensemble.prior = np.zeros((n_slots, n_labels), dtype=np.float32)
        ensemble.prior[prior_rows] = take("<f4", n_prior, n_labels)
    for vector in vectors:
        vector[...] = take("<f8", *vector.shape)
    positive = (
        ensemble.softmax.squares,
        ensemble.quick[:, n_labels:],
        ensemble.totals,
        ensemble.trusts,
        ensemble.curvatures,
    )
    if not all((array >= 0).all() for array in (*positive, ensemble.seen)):
        raise ValueError("a text model with impossible numbers")
    check_buckets(ensemble.errors)
    ensemble.alarms = alarms


def _vectors(ensemble: Ensemble) -> tuple[NDArray[np.float64], ...]:
    return ensemble.totals, ensemble.trusts, ensemble.curvatures, ensemble.errors, ensemble.seen
