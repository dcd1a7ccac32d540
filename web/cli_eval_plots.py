"""Draw the two curves of an evaluation as inline SVG: no scripts, no network, and words for who cannot see them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from qa.calibration_metrics import Bin, RiskPoint

_SIDE = 300  # of the square that is drawn in
_LEFT, _TOP, _RIGHT, _BOTTOM = 56, 16, 16, 48
_TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True, slots=True)
class Labels:
    """What is written on a drawing, and what is read out instead of it."""

    name: str
    across: str
    up: str
    alternative: str


def risk_curve(points: Sequence[RiskPoint], labels: Labels) -> str:
    """Draw risk over coverage; a step to the next point is drawn straight."""
    path = " ".join(f"{_x(point.coverage):.1f},{_y(point.risk):.1f}" for point in points)
    dots = "".join(_dot(point.coverage, point.risk) for point in points) if len(points) <= 60 else ""
    return _drawing(labels, "risk", f'<polyline class="line" points="{path}"/>{dots}')


def reliability_diagram(bins: Sequence[Bin], labels: Labels) -> str:
    """Draw the share of right answers in each bin as a bar, and where it should be as the diagonal."""
    bars = "".join(_bar(each) for each in bins)
    diagonal = f'<line class="ideal" x1="{_x(0)}" y1="{_y(0)}" x2="{_x(1)}" y2="{_y(1)}"/>'
    return _drawing(
        labels, "reliability", bars + diagonal + "".join(_dot(each.confidence, each.right) for each in bins)
    )


def _bar(each: Bin) -> str:
    height = _y(0) - _y(each.right)
    return (
        f'<rect class="bar" x="{_x(each.low):.1f}" y="{_y(each.right):.1f}" '
        f'width="{_x(each.high) - _x(each.low):.1f}" height="{height:.1f}"/>'
    )


def _dot(across: float, up: float) -> str:
    return f'<circle class="dot" cx="{_x(across):.1f}" cy="{_y(up):.1f}" r="2.5"/>'


def _x(value: float) -> float:
    return _LEFT + value * _SIDE


def _y(value: float) -> float:
    return _TOP + (1 - value) * _SIDE


def _drawing(labels: Labels, name: str, content: str) -> str:
    width, height = _LEFT + _SIDE + _RIGHT, _TOP + _SIDE + _BOTTOM
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" aria-labelledby="{name}-title {name}-text">'
        f'<title id="{name}-title">{escape(labels.name)}</title>'
        f'<desc id="{name}-text">{escape(labels.alternative)}</desc>'
        f"{''.join(_axes(labels))}{content}</svg>"
    )


def _axes(labels: Labels) -> Iterable[str]:
    yield f'<rect class="frame" x="{_LEFT}" y="{_TOP}" width="{_SIDE}" height="{_SIDE}"/>'
    for tick in _TICKS:
        yield f'<line class="grid" x1="{_x(tick):g}" y1="{_y(0):g}" x2="{_x(tick):g}" y2="{_y(1):g}"/>'
        yield f'<line class="grid" x1="{_x(0):g}" y1="{_y(tick):g}" x2="{_x(1):g}" y2="{_y(tick):g}"/>'
        yield f'<text x="{_x(tick):g}" y="{_y(0) + 18:g}" text-anchor="middle">{tick * 100:g}%</text>'
        yield f'<text x="{_LEFT - 6}" y="{_y(tick) + 4:g}" text-anchor="end">{tick * 100:g}%</text>'
    middle = _TOP + _SIDE / 2
    yield f'<text x="{_x(0.5):g}" y="{_y(0) + 38:g}" text-anchor="middle">{escape(labels.across)}</text>'
    yield (f'<text transform="translate(12 {middle:g}) rotate(-90)" text-anchor="middle">{escape(labels.up)}</text>')
