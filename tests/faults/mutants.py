"""Faults put into a copy of the runtime, one after another: a test must go red for each. Run by ``make mutants``."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
LIMIT_S = 400
UNIT = "tests/runtime/"
SUITE = UNIT + "conformance"


class Mutant(NamedTuple):
    """``old`` must stand exactly once in ``streams/runtime/FILE``; ``tests`` should notice that it became ``new``."""

    what: str
    file: str
    old: str
    new: str
    tests: str


MUTANTS = [
    Mutant(
        "a fence that is not checked",
        "partition.py",
        "FetchQueue(self._limits, self.fence.next_offset)",
        "FetchQueue(self._limits, log_start)",
        UNIT + "test_partition.py",
    ),
    Mutant(
        "the fence row is not written",
        "partition.py",
        "        sends.append(self._writer.row(FENCE_KEY, fence.encode()))\n",
        "",
        UNIT + "test_partition.py",
    ),
    Mutant(
        "time goes back across owners",
        "partition.py",
        "= self.fence.time_s, self.fence.mark_s",
        "= 0.0, 0.0",
        UNIT + "test_partition.py",
    ),
    Mutant(
        "marks observed before the chunk's records",
        "partition.py",
        "        output = Output()\n        if records:",
        "        output = Output()\n        for mark, time_s in marks:\n            self._marks.observe(mark, time_s)\n"
        "        if records:",
        UNIT + "test_partition.py",
    ),
    Mutant(
        "a tick's output is not written",
        "partition.py",
        "        return self._transaction(output, 0)\n\n    def conf",
        "        return self._transaction(Output(), 0)\n\n    def conf",
        UNIT + "test_partition.py",
    ),
    Mutant(
        "a row is not written",
        "transaction.py",
        "in output.rows.items()]",
        "in list(output.rows.items())[1:]]",
        UNIT + "test_transaction.py",
    ),
    Mutant(
        "a gap between spans is accepted",
        "spans.py",
        "            return Offered.GAP",
        "            pass",
        UNIT + "test_spans.py",
    ),
    Mutant(
        "records below the position are taken again",
        "spans.py",
        "if raw.offset >= self.end_offset]",
        "if True]",
        UNIT + "test_spans.py",
    ),
    Mutant(
        "outputs' acknowledgements are not awaited",
        "producer.py",
        "            answers = await asyncio.gather(",
        "            answers = (lambda *sent: [type('A', (), {'timestamp_type': 0})])(",
        UNIT + "test_producer.py",
    ),
    Mutant(
        "readers see uncommitted rows",
        "kafka.py",
        '"read_committed" if committed else "read_uncommitted"',
        '"read_uncommitted"',
        UNIT + "test_rows.py",
    ),
    Mutant(
        "rows are read only up to the first answer",
        "rows.py",
        "at, moved_s = position, time.monotonic()",
        "at, moved_s, end = position, time.monotonic(), position + 1",
        UNIT + "test_rows.py",
    ),
    Mutant("reopened without asking the group", "runner.py", "not await self._still_ours()", "False", SUITE),
    Mutant(
        "at its end without a second answer",
        "transport.py",
        '(stamp_ms, came_s, float("-inf"))',
        "(stamp_ms, came_s, came_s)",
        SUITE,
    ),
]


def run(copy: Path, tests: str) -> tuple[int, str, float]:
    """pytest's code, the test that went red, the seconds it took."""
    began_s = time.monotonic()
    command = [sys.executable, "-m", "pytest", "-x", "-p", "no:cacheprovider", "-rfE", "--tb=no", tests]
    try:
        done = subprocess.run(
            command,
            cwd=copy,
            env={**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"},
            text=True,
            capture_output=True,
            timeout=LIMIT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return 124, "none within the limit", time.monotonic() - began_s
    red = re.search(r"^(?:FAILED|ERROR) (.+?)(?: - .*)?$", done.stdout, re.MULTILINE)
    return done.returncode, red[1] if red else "none", time.monotonic() - began_s


def main(words: list[str]) -> int:
    """0 when every chosen mutant (all, or those whose tests' path holds one of ``words``) is noticed."""
    chosen = [one for one in MUTANTS if not words or any(word in one.tests for word in words)]
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".git", ".venv*", ".*_cache", "__pycache__"))
        for one in MUTANTS:
            count = (copy / "streams/runtime" / one.file).read_text().count(one.old)
            if count != 1:
                raise SystemExit(f"{one.what}: its text stands {count} times in {one.file}")
        for tests in dict.fromkeys(one.tests for one in chosen):
            code, red, _ = run(copy, tests)
            if code != 0:
                raise SystemExit(f"control: {tests} is not green without a mutant (pytest {code}): {red}")
        print("| mutant | file | went red | s |\n|---|---|---|---|", flush=True)
        survived = 0
        for one in chosen:
            path = copy / "streams/runtime" / one.file
            right = path.read_text()
            path.write_text(right.replace(one.old, one.new))
            code, red, took_s = run(copy, one.tests)
            path.write_text(right)
            survived += code != 1  # anything but failed tests is no proof
            print(
                f"| {one.what} | {one.file} | {red if code == 1 else f'SURVIVED (pytest {code})'} | {took_s:.0f} |",
                flush=True,
            )
    return int(survived > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
