"""A worker whose Faust app crashes once it is ready. Its error holds a customer's words.

Arguments: bootstrap, prefix.
"""

import asyncio
import sys
from collections.abc import Sequence

from streams.app import App, build
from streams.cli.worker import work
from streams.config import KafkaSettings, Settings
from streams.runtime.process import WorkerProcess


class CrashingApp(App):
    """The real one, but it crashes."""

    def worker_process(self, stage_names: Sequence[str] | None = None, instance: str | None = None) -> WorkerProcess:
        process = super().worker_process(stage_names, instance)

        async def crash() -> None:
            while not process.health().ready:
                await asyncio.sleep(0.05)
            await process.workers[0]._app.crash(RuntimeError("my card ends in 4242"))

        self.crashes.append(asyncio.get_running_loop().create_task(crash()))
        return process

    crashes: list[asyncio.Task[None]] = []  # noqa: RUF012


if __name__ == "__main__":
    built = build(Settings(kafka=KafkaSettings(bootstrap=sys.argv[1], prefix=sys.argv[2])))
    work(CrashingApp(**{name: getattr(built, name) for name in App.__dataclass_fields__}), ["intake"], None, "", 0)
