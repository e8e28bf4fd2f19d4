"""Draws shares of right answers as bars with their intervals: SVG, which every browser shows."""

from collections.abc import Sequence
from html import escape

from gar_studio.evaluation.score import Row, Score

_ROW = 32
_LABEL = 250
_WIDTH = 420
_NUMBERS = 150
_TOP = 56
_BOTTOM = 34
_BAR = 16
_MOST_LETTERS = 36
_INK, _FAINT, _FILL, _WHISKER = "#222222", "#d8d8d8", "#0072b2", "#d55e00"


def bars(title: str, rows: Sequence[Row], overall: Score | None = None) -> str:
    """Return an SVG picture: a bar a row, its 95 % interval as a line, its bound as a tick.

    Args:
        title: the heading.
        rows: from top to bottom.
        overall: one more bar below all others, or None.
    """
    listed = [*rows, *([] if overall is None else [Row("overall", overall)])]
    width, height = _LABEL + _WIDTH + _NUMBERS, _TOP + _ROW * len(listed) + _BOTTOM
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="13" fill="{_INK}">',
        f"<title>{_text(title)}</title>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        f'<text x="16" y="28" font-size="16">{_text(title)}</text>',
    ]
    bottom = _TOP + _ROW * len(listed)
    for tenth in range(0, 11, 2):
        x = _x(tenth / 10)
        parts.append(f'<path d="M{x} {_TOP}V{bottom}" stroke="{_FAINT}"/>')
        parts.append(f'<text x="{x}" y="{bottom + 18}" text-anchor="middle">{10 * tenth} %</text>')
    parts += [part for place, row in enumerate(listed) for part in _bar(row, _TOP + _ROW * place)]
    return "\n".join([*parts, "</svg>", ""])


def _bar(row: Row, top: int) -> list[str]:
    middle = top + _ROW // 2
    name = row.name if len(row.name) <= _MOST_LETTERS else f"{row.name[: _MOST_LETTERS - 1]}…"
    parts = [f'<text x="{_LABEL - 10}" y="{middle + 5}" text-anchor="end">{_text(name)}</text>']
    share = row.score.share
    if share is None:
        return [*parts, f'<text x="{_LABEL + 8}" y="{middle + 5}">not asked</text>']
    low, high = row.score.interval
    parts += [
        f'<rect x="{_LABEL}" y="{middle - _BAR // 2}" width="{_WIDTH * share:.1f}" '
        f'height="{_BAR}" fill="{_FILL}"/>',
        f'<path d="M{_x(low)} {middle}H{_x(high)}" stroke="{_WHISKER}" stroke-width="2"/>',
        f'<text x="{_LABEL + _WIDTH + 12}" y="{middle + 5}">{100 * share:.1f} %  '
        f"({row.score.right}/{row.score.total})</text>",
    ]
    if row.least is not None:
        x = _x(row.least)
        parts.append(f'<path d="M{x} {top + 4}V{top + _ROW - 4}" stroke="{_INK}"/>')
    return parts


def _x(share: float) -> float:
    return round(_LABEL + _WIDTH * share, 1)


def _text(words: str) -> str:
    """Return words that XML takes: a file's own names may hold anything."""
    return escape("".join(c if c.isprintable() else "�" for c in words))
