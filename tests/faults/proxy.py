"""A slow and lossy network: a TCP proxy in this process, between workers and their broker.

TCP hides lost packets but not what they cost: answers come late, and connections break in the middle of anything.
"""

import asyncio
import random
import threading
from types import TracebackType
from typing import Self


class Proxy:
    """Leads to ``port``. Every piece of data waits up to ``delay_s``; a connection breaks with ``breaks`` a piece.

    ``whole``: break none for now.
    """

    def __init__(self, port: int, dice: random.Random, delay_s: float, breaks: float) -> None:
        self._port, self._dice, self._delay_s, self._breaks = port, dice, delay_s, breaks
        self.broken = self.pieces = 0
        self.whole = False
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        serving = asyncio.run_coroutine_threadsafe(asyncio.start_server(self._serve, "127.0.0.1", 0), self._loop)
        self._server = serving.result(10)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._server.close)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._port)
        except OSError:
            writer.close()
            return
        ways = {
            asyncio.ensure_future(self._carry(reader, far_writer)),
            asyncio.ensure_future(self._carry(far_reader, writer)),
        }
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
        for end in (writer, far_writer):
            end.transport.abort()  # at once, as a broken network does, whatever is on its way

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while piece := await reader.read(65_536):
                self.pieces += 1
                if not self.whole and self._dice.random() < self._breaks:
                    self.broken += 1
                    writer.write(piece[: self._dice.randrange(len(piece))])
                    return
                await asyncio.sleep(self._dice.uniform(0.0, self._delay_s))
                writer.write(piece)
                await writer.drain()
        except OSError:
            pass  # the other end is gone
