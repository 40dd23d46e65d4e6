"""Models that stand where a test puts them, as the learn stage sees a process's."""

from collections.abc import Mapping
from dataclasses import dataclass

from detectors.text.learning import digest
from streams.stages.models import Snapshot, Turned, Turning


def snapshot_of(offset: int, data: bytes) -> Snapshot:
    return Snapshot(offset, data, digest(data))


@dataclass
class Standing:
    offset: int = 0
    data: bytes | None = b"x" * 1_200_000
    turned: Turned | None = None

    def wait(self, offset: int, command: Turning, data: bytes, known: bool = True) -> None:
        """Stand at a command."""
        self.offset, self.turned = offset, Turned(snapshot_of(offset + 1, data), command, known)

    def snapshot(self) -> Snapshot | None:
        return None if self.data is None else snapshot_of(self.offset, self.data)

    def gauges(self) -> Mapping[tuple[str, ...], float]:
        return {("model_labels", "topic", "all"): 7.0}
