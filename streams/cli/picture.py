"""Reliability diagrams and confusion matrices as one SVG file, drawn by hand: no library is needed to look at it."""

from collections.abc import Iterator, Sequence

from detectors.text.prequential import Prequential

SIDE = 300
LEFT, TOP, GAP = 110, 50, 160
ROW = SIDE + 150
WIDTH = LEFT + SIDE + GAP + SIDE + 30
INK, PAPER, BLUE, GREY = "#222222", "#ffffff", (31, 95, 153), "#999999"


def picture(measured: Sequence[tuple[str, Prequential]]) -> str:
    """The SVG document: a row for each task, its reliability to the left, its confusion to the right.

    >>> picture([])[:4]
    '<svg'
    """
    height = TOP + ROW * len(measured)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" '
        'font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{height}" fill="{PAPER}"/>',
    ]
    for number, (task, each) in enumerate(measured):
        top = TOP + ROW * number
        parts += _reliability(task, each, LEFT, top)
        parts += _confusion(task, each, LEFT + SIDE + GAP, top)
    return "\n".join([*parts, "</svg>", ""])


def _reliability(task: str, measured: Prequential, left: int, top: int) -> Iterator[str]:
    title = f"{task}: confidence and how often it was right (calibration error {measured.ece():.3f})"
    yield _text(left, top - 20, title, "start")
    yield f'<rect x="{left}" y="{top}" width="{SIDE}" height="{SIDE}" fill="none" stroke="{INK}"/>'
    for each in measured.reliability():
        if each.predictions > 0:
            height = each.accuracy * SIDE
            yield (
                f'<rect x="{left + each.low * SIDE + 1:.1f}" y="{top + SIDE - height:.1f}" '
                f'width="{(each.high - each.low) * SIDE - 2:.1f}" height="{height:.1f}" fill="{_shade(0.7)}">'
                f"<title>{each.predictions:.0f} labels, claimed {each.confidence:.2f}, "
                f"right {each.accuracy:.2f}</title></rect>"
            )
    yield (
        f'<line x1="{left}" y1="{top + SIDE}" x2="{left + SIDE}" y2="{top}" stroke="{GREY}" stroke-dasharray="4 4"/>'
    )
    for share in (0.0, 0.5, 1.0):
        yield _text(left + share * SIDE, top + SIDE + 16, f"{share:.1f}", "middle")
        yield _text(left - 6, top + SIDE - share * SIDE + 4, f"{share:.1f}", "end")
    yield _text(left + SIDE / 2, top + SIDE + 34, "confidence", "middle")
    yield _text(left - 32, top + SIDE / 2, "right", "end")


def _confusion(task: str, measured: Prequential, left: int, top: int) -> Iterator[str]:
    yield _text(left, top - 20, f"{task}: right label (rows), what triage said (columns)", "start")
    counts = measured.confusion()
    size = SIDE / len(measured.labels)
    for row, label in enumerate(measured.labels):
        met = float(counts[row].sum())
        yield _text(left - 6, top + (row + 0.5) * size + 4, label, "end")
        x, y = left + (row + 0.5) * size, top + SIDE + 12.0
        yield f'<text x="{x:.1f}" y="{y:.1f}" fill="{INK}" transform="rotate(40 {x:.1f} {y:.1f})">{label}</text>'
        for column, count in enumerate(counts[row].tolist()):
            share = count / met if met else 0.0
            x, y = left + column * size, top + row * size
            yield (
                f'<rect x="{x:.1f}" y="{y:.1f}" width="{size:.1f}" height="{size:.1f}" fill="{_shade(share)}" '
                f'stroke="{GREY}"/>'
            )
            if count >= 0.5:
                ink = PAPER if share > 0.5 else INK
                yield _text(x + size / 2, y + size / 2 + 4, f"{count:.0f}", "middle", ink)


def _text(x: float, y: float, text: str, anchor: str, ink: str = INK) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{ink}">{text}</text>'


def _shade(share: float) -> str:
    """From white to blue.

    >>> _shade(0.0), _shade(1.0)
    ('#ffffff', '#1f5f99')
    """
    return "#" + "".join(f"{round(255 - share * (255 - part)):02x}" for part in BLUE)
