"""One real Kafka node that starts in seconds and ends with its parent."""

import base64
import logging
import shutil
import tempfile
import time
import uuid
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from streams.local.classpath import kafka_jars
from streams.local.errors import LocalBrokerError
from streams.local.java import find_java, java_command
from streams.local.ports import free_ports
from streams.local.probe import ask_cluster
from streams.local.process import SupervisedProcess
from streams.local.settings import server_properties

STOP_TIMEOUT_S = 15.0
_ASK_AGAIN_S = 0.02
_PORT_TRIES = 5
_log = logging.getLogger(__name__)


class LocalBroker:
    """Apache Kafka on this machine: one KRaft node, broker and controller in one, reachable from 127.0.0.1 alone.

    It keeps its ports and data across ``stop``, ``kill``, ``start`` and ``restart``, until ``close`` (the end of a
    ``with``). However this process ends, the broker is killed within about a second; a temporary data folder goes too.
    Use one object from one thread at a time.

    ``data_dir``: where it keeps its data, log and configuration; None takes a temporary folder that ``close`` removes.
    ``session_timeout_min_s``: the shortest session timeout that a consumer group may ask for.
    ``start_timeout_s``: how long a start may take; the first start's download does not count.
    ``settings``: further broker settings, which win over ours (server.properties' names and values).

    Raises LocalBrokerError, in plain words, from ``start`` and the ``with``.

        with LocalBroker() as broker:
            producer = Producer({"bootstrap.servers": broker.bootstrap})

    >>> LocalBroker().running
    False
    """

    def __init__(
        self,
        data_dir: Path | None = None,
        session_timeout_min_s: float = 1.0,
        start_timeout_s: float = 60.0,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        if session_timeout_min_s <= 0 or start_timeout_s <= 0:
            raise ValueError("session_timeout_min_s and start_timeout_s must be above 0")
        self._data_dir = None if data_dir is None else data_dir.absolute()
        self._session_timeout_min_s = session_timeout_min_s
        self._start_timeout_s = start_timeout_s
        self._settings = dict(settings or {})
        self._temporary: Path | None = None
        self._ports: tuple[int, int] | None = None
        self._process: SupervisedProcess | None = None

    @property
    def bootstrap(self) -> str:
        """The address for clients, "127.0.0.1:PORT"; fixed by the first start. Raises RuntimeError before it."""
        if self._ports is None:
            raise RuntimeError("the broker has no address before its first start")
        return f"127.0.0.1:{self._ports[0]}"

    @property
    def running(self) -> bool:
        """Whether the broker's process is alive."""
        return self._process is not None and self._process.running

    @property
    def pid(self) -> int:
        """The process id of the broker's Java, for tests that freeze it. Raises RuntimeError when it is not running."""
        if self._process is None or not self._process.running:
            raise RuntimeError("the broker is not running")
        return self._process.last_pid()

    def start(self) -> None:
        """Start, and return when the broker serves: it is registered and answers. Does nothing while it is running.

        Raises LocalBrokerError when Java or Maven is missing or too old, when the download fails, when the broker ends
        or is not ready in time, or when somebody took the ports of a broker that ran before.
        """
        if self.running:
            return
        self.kill()  # lets go of a run that ended by itself
        java, jars = find_java(), kafka_jars()
        root = self._root()
        if self._ports is not None:
            if not self._try_start(java, jars, root, self._ports):
                raise LocalBrokerError(
                    f"Another process listens on this broker's ports, {self._ports[0]} or {self._ports[1]}. "
                    "Stop it, or start a new broker."
                )
            return
        for _ in range(_PORT_TRIES):
            ports = free_ports()
            if self._try_start(java, jars, root, ports):
                self._ports = ports
                return
        raise LocalBrokerError(f"Other processes took the broker's ports {_PORT_TRIES} times in a row. Try again.")

    def stop(self) -> None:
        """Shut down in order, keeping ports and data; killed if that takes longer than 15 s."""
        if self._process is not None and not self._process.terminate(STOP_TIMEOUT_S):
            _log.warning("the local broker did not stop within %d s: killing it", STOP_TIMEOUT_S)
        self.kill()

    def kill(self) -> None:
        """End it like a crash (SIGKILL), keeping ports and data."""
        if self._process is not None:
            self._process.kill()
            self._process = None

    def restart(self) -> None:
        """Stop in order and start again, on the same ports and data."""
        self.stop()
        self.start()

    def close(self) -> None:
        """Stop for good; a temporary data folder is removed."""
        if self._data_dir is not None:
            self.stop()
        else:
            self.kill()  # nobody will read its data again
        if self._temporary is not None:
            shutil.rmtree(self._temporary, ignore_errors=True)
            self._temporary = None

    def wait(self) -> int:
        """Wait until the broker ends by itself; its exit code. Raises RuntimeError when it was not started."""
        if self._process is None:
            raise RuntimeError("the broker is not running")
        return self._process.wait()

    def tool(self, class_name: str, *args: str) -> list[str]:
        """The argv that runs one of Kafka's own tools from the same jars: records on stdout, warnings on stderr.

        broker.tool("org.apache.kafka.tools.consumer.ConsoleConsumer", "--bootstrap-server", broker.bootstrap,
                    "--topic", "t", "--from-beginning", "--isolation-level", "read_committed")
        """
        return java_command(find_java(), kafka_jars(), class_name, ["-Xmx256m"], args)

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _root(self) -> Path:
        """The folder of this broker's data, log and configuration."""
        if self._data_dir is not None:
            self._data_dir.mkdir(parents=True, exist_ok=True)
            return self._data_dir
        if self._temporary is None:
            self._temporary = Path(tempfile.mkdtemp(prefix="spillway-kafka-"))
        return self._temporary

    def _try_start(self, java: Path, jars: Path, root: Path, ports: tuple[int, int]) -> bool:
        """Start on these ports and wait until it serves; False when somebody else has one of them."""
        data, log, scratch, properties = root / "data", root / "broker.log", root / "tmp", root / "server.properties"
        shutil.rmtree(scratch, ignore_errors=True)  # native libraries that a killed Java left
        scratch.mkdir()
        properties.write_text(server_properties(data, *ports, self._session_timeout_min_s, self._settings))
        options = ["-Xmx512m", "-XX:+ExitOnOutOfMemoryError", f"-Djava.io.tmpdir={scratch}"]
        steps = [java_command(java, jars, "kafka.Kafka", options, [str(properties)])]
        cluster_id = _cluster_id_of(data)
        if cluster_id is None:
            cluster_id = _new_cluster_id()
            format_args = ["format", "--cluster-id", cluster_id, "--config", str(properties)]
            steps.insert(0, java_command(java, jars, "kafka.tools.StorageTool", options, format_args))
        log_start = log.stat().st_size if log.exists() else 0
        try:
            self._process = SupervisedProcess(steps, log, remove=self._temporary)
            if self._serves(self._process, ports[0], cluster_id):
                return True
            ended = not self._process.running
            self.kill()
        except BaseException:
            self.kill()
            raise
        said = log.read_bytes()[log_start:].decode(errors="replace")
        if "Address already in use" in said:
            return False
        why = "ended while it started" if ended else f"was not ready within {self._start_timeout_s:g} s"
        raise LocalBrokerError(f"Kafka {why}. Its last words:\n{_tail(said)}")

    def _serves(self, process: SupervisedProcess, port: int, cluster_id: str) -> bool:
        """Wait until our own broker answers; False when it ended or took too long."""
        deadline_s = time.monotonic() + self._start_timeout_s
        while process.running and time.monotonic() < deadline_s:
            try:
                cluster = ask_cluster("127.0.0.1", port)
                # Another id: somebody else's broker took the port, and ours is about to end.
                if cluster.brokers > 0 and cluster.cluster_id == cluster_id:
                    return True
            except OSError:
                pass  # nobody listens yet
            time.sleep(_ASK_AGAIN_S)
        return False


def _new_cluster_id() -> str:
    """A random id in Kafka's own form, 22 letters; not one that starts with "-", which would look like an option.

    >>> len(_new_cluster_id())
    22
    """
    while (text := base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")).startswith("-"):
        pass
    return text


def _cluster_id_of(data: Path) -> str | None:
    """The id of the cluster whose data this is; None where nothing is formatted yet."""
    try:
        lines = (data / "meta.properties").read_text().splitlines()
    except FileNotFoundError:
        return None
    return next((line.removeprefix("cluster.id=") for line in lines if line.startswith("cluster.id=")), None)


def _tail(text: str, lines: int = 15) -> str:
    """The last lines, each cut to a readable length.

    >>> _tail("a\\nb\\nc", lines=2)
    'b\\nc'
    """
    return "\n".join(line[:500] for line in text.strip().splitlines()[-lines:]) or "(nothing)"
