import io
from pathlib import Path

import pytest

from streams.cli.errors import CommandError, ExitCode
from streams.cli.surge_history import RECORD_BUCKETS, RECORD_CHARS, read_history
from streams.contracts import rfc3339
from streams.stages.counts import HistoryRecord, to_counts

START_S = 1_773_144_000.0


def read(text: str, name: str = "counts.csv") -> list[HistoryRecord]:
    return read_history(io.BytesIO(text.encode()), Path(name)).records


def csv(*rows: tuple[float, object, str]) -> str:
    return "time,count,slice\n" + "".join(f'{rfc3339(START_S + at_s)},{count},"{name}"\n' for at_s, count, name in rows)


def problems(text: str, name: str = "counts.csv") -> list[str]:
    with pytest.raises(CommandError) as refused:
        read(text, name)
    assert refused.value.code is ExitCode.USAGE
    return str(refused.value).splitlines()


def test_minutes_become_buckets_of_five_minutes_and_a_bucket_that_is_not_whole_is_left_out() -> None:
    rows = [(60.0 * minute, 2, name) for minute in range(12) for name in ("all", "topic:billing")]
    [record] = read(csv(*rows))
    assert (record.start_s, record.width_s) == (START_S, 300.0)
    assert record.buckets == [{"all": (10, 0), "topic:billing": (10, 0)}] * 2


def test_json_lines_say_the_same_and_a_count_without_a_slice_is_of_all() -> None:
    lines = "".join(f'{{"time": "{rfc3339(START_S + 300 * n)}", "count": {n}}}\n' for n in range(3))
    assert read(lines, "counts.jsonl")[0].buckets == [{"all": (n, 0)} for n in range(3)]


def test_a_gap_starts_another_record_so_that_it_stays_unknown() -> None:
    records = read(csv((0, 5, "all"), (300, 5, "all"), (900, 5, "all")))
    assert [(record.start_s - START_S, len(record.buckets)) for record in records] == [(0.0, 2), (900.0, 1)]


def test_long_history_is_cut_into_records_that_fit_their_topic() -> None:
    names = ["all", *(f"topic:t{n},channel:{'c' * 150}" for n in range(100))]
    long = read(csv(*[(300.0 * n, 1, "all") for n in range(2 * RECORD_BUCKETS)]))
    wide = read(csv(*[(300.0 * n, 1, name) for n in range(40) for name in names]))
    assert [len(record.buckets) for record in long] == [RECORD_BUCKETS] * 2
    assert len(wide) > 1
    assert sum(len(record.buckets) for record in wide) == 40
    assert max(len(to_counts("acme", record).value or b"") for record in wide) < 2 * RECORD_CHARS


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("yesterday,5,all", "invalid_time: time; write it like 2026-03-10T12:00:00Z"),
        ("2026-03-10T12:10:00,5,all", "time_without_zone: time; write it like 2026-03-10T12:00:00Z"),
        ("2026-03-10T12:10:00Z,-5,all", "count is no whole number from 0 to 1,000,000,000"),
        ("2026-03-10T12:10:00Z,5.5,all", "count is no whole number from 0 to 1,000,000,000"),
        ("2026-03-10T12:10:00Z,,all", "has no count"),
        (
            '2026-03-10T12:10:00Z,5,"channel:chat,topic:billing"',
            "slice is none: all, channel:…, language:…, topic:… or topic:…,channel:…",
        ),
        ("2026-03-10T12:00:00Z,5,all", "counts all at this time once more"),
        ("2026-03-10T12:10:00Z,5,topic:a", "this time has no count of all"),
    ],
)
def test_bad_input_is_refused_with_its_line(line: str, said: str) -> None:
    good = csv((0, 5, "all"), (300, 5, "all"))
    assert problems(good + line + "\n") == [f"counts.csv:4: {said}"]


def test_all_bad_lines_are_told_up_to_twenty() -> None:
    told = problems("time,count\n" + "x,1\n" * 30)
    assert len(told) == 21
    assert told[-1] == "counts.csv: and perhaps more"


def test_hours_are_too_coarse_and_odd_minutes_do_not_fit() -> None:
    hourly, two_minutes = csv((0, 5, "all"), (3600, 5, "all")), csv(*[(120.0 * n, 5, "all") for n in range(20)])
    uneven = csv((0, 5, "all"), (300, 5, "all"), (660, 1, "all"))
    assert "its times lie 3600 s apart" in problems(hourly)[0]
    assert problems(two_minutes) == ["counts.csv: its times lie 120 s apart; detectors learn from 60 or 300 s"]
    assert problems(uneven) == ["counts.csv:4: time is no multiple of the file's 300 s; make it a file of one width"]
    assert "fewer than two times" in problems(csv((0, 5, "all")))[0]


def test_a_file_of_two_widths_is_refused_with_the_line_that_does_not_fit() -> None:
    weeks, hour = [(300.0 * n, 5, "all") for n in range(8_064)], [(60.0 * n, 1, "all") for n in range(1, 61)]
    minutes_after = [(at_s + 8_063 * 300, count, name) for at_s, count, name in hour]
    assert problems(csv(*weeks, *minutes_after)) == [
        "counts.csv:8066: time is no multiple of the file's 300 s; make it a file of one width"
    ]
    days = [(60.0 * n, 1, "all") for n in range(2_880)]
    coarse_after = [(60.0 * 2_880 + 300.0 * n, 5, "all") for n in range(12)]
    [problem] = problems(csv(*days, *coarse_after))
    assert problem.startswith("counts.csv:2883: from here on times lie 300 s apart, most of the file's 60 s")


def test_minutes_that_are_missing_now_and_then_cost_their_five_minutes_and_how_many_lines_are_used_is_told() -> None:
    text = csv(*[(60.0 * n, 1, "all") for n in range(100) if n % 25])
    history = read_history(io.BytesIO(text.encode()), Path("counts.csv"))
    assert sum(len(record.buckets) for record in history.records) == 16
    assert (history.lines, history.used) == (96, 80)


def test_a_file_most_of_which_would_be_left_out_is_refused() -> None:
    rows = [(60.0 * n, 1, "all") for n in range(10)] + [(60.0 * n, 1, "all") for n in range(10, 100) if n % 5]
    [problem] = problems(csv(*rows))
    assert problem.startswith("counts.csv:12: lies in no 5 minutes that are there as a whole")
    assert "only 10 of 82 do" in problem


def test_a_file_without_five_whole_minutes_teaches_nothing_and_says_so() -> None:
    assert problems(csv(*[(60.0 * minute, 5, "all") for minute in range(4)])) == [
        "counts.csv: holds no whole 5 minutes"
    ]
