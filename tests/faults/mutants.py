"""Faults put into a copy of the runtime, one by one: the test named with each must go red. Run by ``make mutants``.

Hypothesis makes the same examples in each run (profile "mutants" of tests/conftest.py), so that a run can be repeated.
"""

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
HANGING = "test_producer.py::test_what_hangs_of_a_transaction_ends_as_the_rest_of_it_did_and_rows_wait_for_that"
LOST = "test_producer.py::test_the_commit_after_a_lost_coordinator_ends_what_hangs_before_it_can_fail_itself"
IDLE = "test_runner.py::test_an_idle_partition_that_lost_its_coordinator_brings_out_what_that_one_left_hanging"
ANY_CRASH = (
    UNIT + "test_partition.py::test_a_crash_at_any_point_changes_nothing_of_what_is_committed_and_time_never_goes_back"
)
CONTROLS = 3
"""So often are the chosen tests run without any mutant: one that fails by itself proves nothing."""


class Mutant(NamedTuple):
    """``old`` must stand exactly once in ``streams/runtime/FILE``; ``test`` should notice that it became ``new``."""

    what: str
    file: str
    old: str
    new: str
    test: str


MUTANTS = [
    Mutant(
        "a fence that is not checked",
        "partition.py",
        "FetchQueue(self._limits, self.fence.next_offset)",
        "FetchQueue(self._limits, log_start)",
        ANY_CRASH,
    ),
    Mutant(
        "the fence row is not written",
        "partition.py",
        "        sends.append(self._writer.row(FENCE_KEY, fence.encode()))\n",
        "",
        UNIT + "test_partition.py::test_an_aborted_tail_moves_the_fence_once_an_hour",
    ),
    Mutant(
        "time goes back across owners",
        "partition.py",
        "= self.fence.time_s, self.fence.mark_s",
        "= 0.0, 0.0",
        ANY_CRASH,
    ),
    Mutant(
        "marks observed before the chunk's records",
        "partition.py",
        "        output = Output()\n        if records:",
        "        output = Output()\n        for mark, time_s in marks:\n            self._marks.observe(mark, time_s)\n"
        "        if records:",
        UNIT + "test_partition.py::test_what_is_read_in_one_chunk_sees_the_watermark_of_before_it",
    ),
    Mutant(
        "a tick's output is not written",
        "partition.py",
        "        return self._transaction(output, 0)\n\n    def conf",
        "        return self._transaction(Output(), 0)\n\n    def conf",
        UNIT + "test_partition.py::test_time_stands_still_while_something_is_unread",
    ),
    Mutant(
        "a row is not written",
        "transaction.py",
        "in output.rows.items()]",
        "in list(output.rows.items())[1:]]",
        UNIT + "test_transaction.py::test_a_row_goes_to_its_own_partition_of_the_state_topic",
    ),
    Mutant(
        "a gap between spans is accepted",
        "spans.py",
        "            return Offered.GAP",
        "            pass",
        UNIT + "test_spans.py::test_any_way_of_fetching_a_log_gives_each_record_once_and_in_order",
    ),
    Mutant(
        "records below the position are taken again",
        "spans.py",
        "if raw.offset >= self.end_offset]",
        "if True]",
        UNIT + "test_spans.py::test_of_a_fetch_that_overlaps_what_is_queued_only_the_new_records_are_taken",
    ),
    Mutant(
        "outputs' acknowledgements are not awaited",
        "producer.py",
        "        answers = await asyncio.gather(",
        "        answers = (lambda *sent: [type('A', (), {'timestamp_type': 0})])(",
        UNIT + "test_producer.py::test_of_a_transaction_with_a_record_that_the_broker_refuses_nothing_is_read",
    ),
    Mutant(
        "readers see uncommitted rows",
        "kafka.py",
        '"read_committed" if committed else "read_uncommitted"',
        '"read_uncommitted"',
        UNIT + "test_rows.py::test_aborted_rows_do_not_count_even_as_the_only_thing_at_the_end",
    ),
    Mutant(
        "rows are read only up to the first answer",
        "rows.py",
        "at, moved_s = position, time.monotonic()",
        "at, moved_s, end = position, time.monotonic(), position + 1",
        UNIT + "test_rows.py::test_many_rows_come_back_whole",
    ),
    Mutant(
        "rows are read without waiting for open transactions",
        "rows.py",
        "if end_offset is None else end_offset",
        "if end_offset is None or end_offset else 0",
        UNIT + HANGING,
    ),
    Mutant(
        "reopened without asking the group",
        "runner.py",
        "not await self._still_ours()",
        "False",
        UNIT + "test_runner.py::test_a_partition_that_the_group_gave_to_somebody_else_is_not_opened_again",
    ),
    Mutant(
        "opening ends what hangs in one partition only",
        "producer.py",
        "await self._begin(self._reach)",
        "await self._begin(list(self._reach)[:1])",
        UNIT + HANGING,
    ),
    Mutant(
        "opening aborts what hangs of a committed transaction",
        "producer.py",
        "producer.commit_transaction() if self._committed else",
        "producer.abort_transaction() if self._committed else",
        UNIT + HANGING,
    ),
    Mutant(
        "opening commits what hangs of an aborted transaction",
        "producer.py",
        "if self._committed else self._producer.abort_transaction()",
        "if self._committed else self._producer.commit_transaction()",
        UNIT + HANGING,
    ),
    Mutant(
        "a lost coordinator is not noticed",
        "producer.py",
        "self._losses += 1",
        "pass",
        UNIT + LOST,
    ),
    Mutant(
        "a transaction goes on that was begun on a coordinator that came back",
        "producer.py",
        "            if self._settled == self._losses:",
        "            if True:",
        UNIT + LOST,
    ),
    Mutant(
        "a connection lost while settling is not noticed",
        "producer.py",
        "                self._settled = losses",
        "                self._settled = self._losses",
        UNIT + LOST,
    ),
    Mutant(
        "a failed chunk is taken for the one before it",
        "producer.py",
        "            self._writing = True",
        "            self._writing = False",
        UNIT + "test_producer.py::test_a_chunk_that_failed_is_not_taken_for_the_one_before_it",
    ),
    Mutant(
        "a closed writer begins on a broker that has come back",
        "producer.py",
        "client.ready, client.coordinator_lookup = is_connected, look_up",
        "pass",
        UNIT + "test_producer.py::"
        "test_a_writer_that_waits_in_vain_for_a_broker_begins_nothing_on_its_return_and_tells_the_next_one",
    ),
    Mutant(
        "an idle partition does not settle",
        "runner.py",
        "        await self._writer.settle()",
        "        pass",
        UNIT + IDLE,
    ),
    Mutant(
        "what hangs is not told to the next opening",
        "runner.py",
        "self._hangs_committed = writer.hangs_committed",
        "pass",
        UNIT + IDLE,
    ),
    Mutant(
        "a transaction begins over partitions that are not served yet",
        "leaders.py",
        "    await first_offsets(client, partitions)",
        "    pass",
        UNIT + "test_leaders.py::test_opening_over_topics_made_a_moment_before_holds_up_no_other_transaction",
    ),
    Mutant(
        "records are handed over before their partitions belong to the transaction",
        "producer.py",
        "            await self._begin_settled(partitions)",
        "            await self._producer.begin_transaction()",
        "tests/faults/test_refused.py::test_of_a_transaction_with_a_topic_that_the_broker_refuses_nothing_is_even_sent",
    ),
    Mutant(
        "an output to a topic that was not declared is accepted",
        "transaction.py",
        "        if topic not in self._sends_to:",
        "        if False:",
        UNIT + "test_transaction.py::test_what_cannot_be_written_is_refused",
    ),
]


def run(copy: Path, *tests: str) -> tuple[int, str, float]:
    """pytest's code, what it says of the first red test, the seconds it took."""
    began_s = time.monotonic()
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-x",
        "-p",
        "no:cacheprovider",
        "-rfE",
        "--tb=no",
        "--hypothesis-profile=mutants",
    ]
    try:
        done = subprocess.run(
            [*command, *tests],
            cwd=copy,
            env={**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "400"},
            text=True,
            capture_output=True,
            timeout=LIMIT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return 124, "nothing within the limit", time.monotonic() - began_s
    red = re.search(r"^(?:FAILED|ERROR) .+?(?: - (.*))?$", done.stdout, re.MULTILINE)
    return done.returncode, (red[1] or "no words") if red else "nothing", time.monotonic() - began_s


def main(words: list[str]) -> int:
    """0 when every chosen mutant (all, or those whose file or words hold one of ``words``) is noticed."""
    chosen = [one for one in MUTANTS if not words or any(word in f"{one.file} {one.what}" for word in words)]
    tests = list(dict.fromkeys(one.test for one in chosen))
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".git", ".venv*", ".*_cache", "__pycache__"))
        for one in MUTANTS:
            count = (copy / "streams/runtime" / one.file).read_text().count(one.old)
            if count != 1:
                raise SystemExit(f"{one.what}: its text stands {count} times in {one.file}")
        for _ in range(CONTROLS):
            code, said, took_s = run(copy, *tests)
            if code != 0:
                raise SystemExit(f"control: not green without a mutant (pytest {code}): {said}")
            print(f"control: {len(tests)} tests green without a mutant, {took_s:.0f} s", flush=True)
        print("| mutant | file | test that goes red | what it says | s |\n|---|---|---|---|---|", flush=True)
        survived = 0
        for one in chosen:
            path = copy / "streams/runtime" / one.file
            right = path.read_text()
            path.write_text(right.replace(one.old, one.new))
            code, said, took_s = run(copy, one.test)
            path.write_text(right)
            survived += code != 1  # anything but failed tests is no proof
            said = f"`{said[:100]}`" if code == 1 else f"SURVIVED (pytest {code}): {said}"
            where, _, name = one.test.removeprefix(UNIT).partition("::")
            print(f"| {one.what} | {one.file} | {where}: {name} | {said} | {took_s:.0f} |", flush=True)
    print(f"{len(chosen) - survived} of {len(chosen)} noticed")
    return int(survived > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
