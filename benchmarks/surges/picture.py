"""Delay against false alarms, as an SVG drawn by hand."""

from collections.abc import Mapping, Sequence
from math import log10
from pathlib import Path

COLOURS = ("#1b6ca8", "#444444", "#c8553d", "#8a5a9e", "#d49a1f", "#4f8a3c", "#999999", "#b56576")
WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 760, 420, 70, 30, 210, 60


def draw_picture(path: Path, curves: Mapping[str, Sequence[tuple[float, float]]], title: str) -> None:
    """Write curves of (false alarms a week, mean delay as a share of a surge); the first is drawn bold."""
    rates = [rate for curve in curves.values() for rate, _ in curve]
    low, high = log10(min(rates)), log10(max(rates))

    def x(rate: float) -> float:
        return LEFT + (log10(rate) - low) / (high - low) * (WIDTH - LEFT - RIGHT)

    def y(delay: float) -> float:
        return TOP + (1.0 - delay) * (HEIGHT - TOP - BOTTOM)

    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/><text x="{LEFT}" y="18" font-size="13">{title}</text>',
    ]
    for tenth in range(0, 11, 2):
        at = y(tenth / 10)
        lines.append(f'<path d="M{LEFT} {at:.1f}H{WIDTH - RIGHT}" stroke="#e5e5e5"/>')
        lines.append(f'<text x="{LEFT - 8}" y="{at + 4:.1f}" text-anchor="end">{tenth * 10}%</text>')
    lines += [
        f'<text x="{x(rate):.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{rate:g}</text>'
        for rate in sorted(set(rates))
    ]
    middle = (LEFT + WIDTH - RIGHT) / 2
    lines.append(f'<text x="{middle}" y="{HEIGHT - 16}" text-anchor="middle">false alarms a week and series</text>')
    lines.append(
        f'<text transform="translate(16 {HEIGHT / 2}) rotate(-90)" text-anchor="middle">'
        "mean delay, share of the surge</text>"
    )
    labels = sorted(((y(curve[-1][1]), name) for name, curve in curves.items()), reverse=True)
    spread: dict[str, float] = {}
    for at, name in labels:
        spread[name] = min([at, *(other - 15 for other in spread.values())])
    for number, (name, curve) in enumerate(curves.items()):
        colour = COLOURS[number % len(COLOURS)]
        points = " ".join(f"{x(rate):.1f},{y(delay):.1f}" for rate, delay in curve)
        lines.append(
            f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="{3 if number == 0 else 1.5}"/>'
        )
        lines.append(f'<text x="{WIDTH - RIGHT + 10}" y="{spread[name] + 4:.1f}" fill="{colour}">{name}</text>')
    path.write_text("\n".join([*lines, "</svg>\n"]), encoding="utf-8")
