import io

import pytest
from rich.console import Console

from streams.demo.live import Live
from streams.demo.view import open_surge, render, sparkline
from tests.demo.said import assignment, frozen, request, surge, triaged


def drawn(live: Live, width: int) -> list[str]:
    """What the terminal shows, colours off."""
    console = Console(file=io.StringIO(), width=width, no_color=True, force_terminal=False)
    console.print(render(live))
    file = console.file
    assert isinstance(file, io.StringIO)
    return file.getvalue().splitlines()


def row(lines: list[str], name: str) -> str:
    [found] = [line for line in lines if line.startswith(f"│ {name} ")]
    return found


def busy() -> Live:
    live = frozen(75)
    for number in range(50):
        live.board.heard_triaged(triaged(f"m-{number}", f"c-{number}"))
    for number in range(20):
        live.board.heard_assignment(assignment(f"c-{number}"))
    live.board.heard_surge(
        surge("onset", 63, series="topic:technical,channel:social", observed=1234.0, expected=36.0), live.now_s
    )
    live.board.requests.append((live.now_s, request(12)))
    live.board.seats(7)
    return live


@pytest.mark.parametrize("width", [80, 140])
def test_everything_fits_the_width_with_each_thing_on_one_line(width: int) -> None:
    quiet, lines = drawn(frozen(75), width), drawn(busy(), width)
    assert max(map(len, lines)) <= width
    assert len(lines) == len(quiet)  # more to say takes no more lines
    assert row(lines, "vendor seats").rstrip("│ ").endswith("12 wanted, 7 open")
    assert row(lines, "surge").rstrip("│ ").endswith("  topic:technical,channel:social since 13:30")
    assert row(lines, "its size").rstrip("│ ").endswith("  1234 a minute, 36 expected")
    assert "triaged 50   dead letters 0   tickets 50   given to someone 20" in lines[-1]


def test_without_colours_there_are_no_control_characters() -> None:
    assert all(line.isprintable() for line in drawn(busy(), 80))


@pytest.mark.parametrize(
    ("minutes", "clock", "share"), [(0, "12:30", "0%"), (90, "14:00", "50%"), (180, "15:30", "100%")]
)
def test_the_head_says_how_far_the_day_has_come(minutes: float, clock: str, share: str) -> None:
    [line] = [line for line in drawn(frozen(minutes), 80) if "of the scenario" in line]
    assert line.split() == [clock, "━" * 24, share, "of", "the", "scenario"]


def test_before_anything_has_happened_there_is_nothing_to_show_and_no_error() -> None:
    lines = drawn(frozen(0), 80)
    assert row(lines, "surge").split() == ["│", "surge", "none", "│"]
    assert row(lines, "wait / SLA").split() == ["│", "wait", "/", "SLA", "-", "│"]


def test_a_surge_is_shown_while_it_lasts() -> None:
    live = frozen(75)
    live.board.heard_surge(surge("onset", 63), live.now_s)
    live.board.heard_surge(surge("ongoing", 70), live.now_s)
    newest = open_surge(live)
    assert newest is not None
    assert newest.state == "ongoing"
    live.board.heard_surge(surge("cleared", 75), live.now_s)
    assert open_surge(live) is None
    assert "none" in row(drawn(live, 80), "surge")


def test_a_sparkline_of_nothing_is_empty_and_one_of_zeros_is_blank() -> None:
    assert (sparkline([]), sparkline([0.0, 0.0])) == ("", "  ")
