"""The same day in memory, with the vendor and without: two processes, side by side."""

import json
import sys
import time
from pathlib import Path
from typing import Any

from streams.demo.simulate import simulate
from streams.local.process import SupervisedProcess
from streams.local.traffic.scenario import load_scenario

KINDS = ("with_vendor", "without_vendor")


class OnceMore:
    """Both simulations; they end with this process, whatever happens."""

    def __init__(self, scenario: str, seed: int, folder: Path) -> None:
        self._files = {kind: folder / f"{kind}.json" for kind in KINDS}
        self._processes = [
            SupervisedProcess(
                [[sys.executable, "-m", __name__, scenario, str(seed), kind, str(file)]], folder / "simulations.log"
            )
            for kind, file in self._files.items()
        ]

    def results(self, within_s: float) -> dict[str, Any]:
        """What came out, waiting for it; empty for what did not come in time."""
        deadline_s = time.monotonic() + within_s
        while any(process.running for process in self._processes) and time.monotonic() < deadline_s:
            time.sleep(0.1)
        return {kind: json.loads(file.read_text()) for kind, file in self._files.items() if file.exists()}

    def stop(self) -> None:
        """End them."""
        for process in self._processes:
            process.terminate(5.0)


def main(scenario_name: str, seed: str, kind: str, file: str) -> None:
    """One simulation; its result goes to a file."""
    result = simulate(load_scenario(scenario_name), int(seed), with_vendor=kind == "with_vendor")
    outcome = {
        "service_level": {name: service.service_level for name, service in result.service.items()},
        "seats_requested": max((request.seats for request in result.requests), default=0),
        "surges": len({surge.surge_id for surge in result.surges}),
    }
    partial = Path(f"{file}.partial")
    partial.write_text(json.dumps(outcome))
    partial.rename(file)


if __name__ == "__main__":
    main(*sys.argv[1:])
