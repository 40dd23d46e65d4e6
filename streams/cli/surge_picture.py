"""Pictures of a series about a moment: a line of blocks for the terminal, an SVG for a file."""

from collections.abc import Sequence
from math import isfinite
from xml.sax.saxutils import escape

from streams.cli.surge_replay import Bucket
from streams.contracts import rfc3339

_BLOCKS = "▁▂▃▄▅▆▇█"
_WIDTH, _HEIGHT, _LEFT, _TOP, _SCORE_TOP, _SCORE_HEIGHT = 760, 210, 56, 36, 280, 80


def sparkline(values: Sequence[float | None], most: float) -> str:
    """One block each, from 0 to `most`; a dot where there is no value.

    >>> sparkline([0, 4, None, 8], 8.0)
    '▁▄·█'
    """
    return "".join("·" if value is None else _BLOCKS[_step(value, most)] for value in values)


def _step(value: float, most: float) -> int:
    return 0 if most <= 0 else min(len(_BLOCKS) - 1, max(0, round(value / most * len(_BLOCKS)) - (value > 0)))


def svg(title: str, buckets: Sequence[Bucket], at_s: float) -> str:
    """Observed as a line over expected and its band; below it the score and its threshold; `at_s` is marked."""
    begin_s, end_s = buckets[0].start_s, buckets[-1].start_s + 60.0
    most = max(max(bucket.observed or 0, bucket.reading.high) for bucket in buckets) or 1.0
    scores = [b.reading.score for b in buckets if isfinite(b.reading.score)]
    top = max([*scores, *(b.reading.threshold for b in buckets)]) + 0.5
    bottom = min([*scores, -2.0])

    def x(time_s: float) -> float:
        return _LEFT + (time_s - begin_s) / (end_s - begin_s) * (_WIDTH - _LEFT - 12)

    def y(count: float) -> float:
        return _TOP + _HEIGHT - count / most * _HEIGHT

    def y_score(score: float) -> float:
        return _SCORE_TOP + (top - max(bottom, score)) / (top - bottom) * _SCORE_HEIGHT

    def line(points: Sequence[tuple[float, float]], style: str) -> str:
        return f'<polyline points="{" ".join(f"{a:.1f},{b:.1f}" for a, b in points)}" fill="none" {style}/>'

    middle = [x(bucket.start_s + 30.0) for bucket in buckets]
    band = [(m, y(b.reading.high)) for m, b in zip(middle, buckets, strict=True)]
    band += [(m, y(b.reading.low)) for m, b in reversed(list(zip(middle, buckets, strict=True)))]
    measured = [(m, y(b.observed)) for m, b in zip(middle, buckets, strict=True) if b.observed is not None]
    known = [(m, y_score(b.reading.score)) for m, b in zip(middle, buckets, strict=True)]
    thresholds = [(m, y_score(b.reading.threshold)) for m, b in zip(middle, buckets, strict=True)]
    parts = [
        f'<text x="{_LEFT}" y="22" font-size="14">{escape(title)}</text>',
        f'<polygon points="{" ".join(f"{a:.1f},{b:.1f}" for a, b in band)}" fill="#d7e3f4"/>',
        line([(m, y(b.reading.expected)) for m, b in zip(middle, buckets, strict=True)], 'stroke="#3b6ea8"'),
        line(measured, 'stroke="#c0392b" stroke-width="2"'),
        line(thresholds, 'stroke="#777" stroke-dasharray="4 3"'),
        line(known, 'stroke="#333"'),
        f'<line x1="{x(at_s):.1f}" x2="{x(at_s):.1f}" y1="{_TOP}" y2="{_SCORE_TOP + _SCORE_HEIGHT}" stroke="#999"/>',
        f'<text x="4" y="{y(most) + 10:.0f}">{most:,.0f}</text><text x="4" y="{y(0):.0f}">0</text>',
        f'<text x="4" y="{_SCORE_TOP + 10}">score</text>',
        f'<text x="{_LEFT}" y="{_TOP + _HEIGHT + 18}">{rfc3339(begin_s)}: messages a minute, observed (red), '
        "expected (blue) and its band</text>",
        f'<text x="{_LEFT}" y="{_SCORE_TOP + _SCORE_HEIGHT + 18}">{rfc3339(end_s)}: evidence, and the threshold of '
        "this series (dashed)</text>",
    ]
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_SCORE_TOP + _SCORE_HEIGHT + 30}" '
        f'font-family="sans-serif" font-size="11">\n<rect width="100%" height="100%" fill="white"/>\n{body}\n</svg>\n'
    )
