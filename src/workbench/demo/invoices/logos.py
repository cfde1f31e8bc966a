"""The six clinic logos, drawn as vectors inside a square."""

from collections.abc import Callable
from math import pi, sin

from reportlab.lib.colors import Color
from reportlab.pdfgen.canvas import Canvas

from workbench.demo.invoices.clinics import Mark


def draw_logo(canvas: Canvas, mark: Mark, x: float, y: float, side: float, *, paint: Color, paper: Color) -> None:
    """Draw a logo with its lower left corner at (x, y) points, in `paint` with `paper` as the colour of its gaps."""
    canvas.saveState()
    canvas.translate(x, y)
    canvas.scale(side / 100, side / 100)
    canvas.setFillColor(paint)
    canvas.setStrokeColor(paint)
    canvas.setLineCap(1)
    canvas.setLineJoin(1)
    LOGOS[mark](canvas, paint, paper)
    canvas.restoreState()


def _cross(canvas: Canvas, paint: Color, paper: Color) -> None:
    canvas.roundRect(0, 0, 100, 100, 22, stroke=0, fill=1)
    canvas.setFillColor(paper)
    canvas.roundRect(39, 16, 22, 68, 5, stroke=0, fill=1)
    canvas.roundRect(16, 39, 68, 22, 5, stroke=0, fill=1)


def _heart(canvas: Canvas, paint: Color, paper: Color) -> None:
    heart = canvas.beginPath()
    heart.moveTo(50, 6)
    heart.curveTo(-34, 62, 14, 122, 50, 78)
    heart.curveTo(86, 122, 134, 62, 50, 6)
    canvas.drawPath(heart, stroke=0, fill=1)
    canvas.setStrokeColor(paper)
    canvas.setLineWidth(6)
    beat = canvas.beginPath()
    beat.moveTo(14, 52)
    for x, y in ((36, 52), (44, 70), (54, 30), (62, 58), (67, 52), (86, 52)):
        beat.lineTo(x, y)
    canvas.drawPath(beat)


def _rings(canvas: Canvas, paint: Color, paper: Color) -> None:
    for radius, width in ((46, 7), (30, 7)):
        canvas.setLineWidth(width)
        canvas.circle(50, 50, radius)
    canvas.circle(50, 50, 13, stroke=0, fill=1)
    canvas.setStrokeColor(paper)
    canvas.setLineWidth(9)
    canvas.line(50, 50, 94, 80)


def _peak(canvas: Canvas, paint: Color, paper: Color) -> None:
    for corners in (((0, 10), (42, 88), (80, 10)), ((52, 10), (74, 58), (100, 10))):
        mountain = canvas.beginPath()
        mountain.moveTo(*corners[0])
        for corner in corners[1:]:
            mountain.lineTo(*corner)
        mountain.close()
        canvas.drawPath(mountain, stroke=0, fill=1)
    canvas.setFillColor(paper)
    snow = canvas.beginPath()
    snow.moveTo(42, 88)
    for corner in ((29, 63), (37, 68), (44, 60), (51, 67), (54, 63)):
        snow.lineTo(*corner)
    snow.close()
    canvas.drawPath(snow, stroke=0, fill=1)


def _leaf(canvas: Canvas, paint: Color, paper: Color) -> None:
    leaf = canvas.beginPath()
    leaf.moveTo(8, 12)
    leaf.curveTo(-10, 86, 44, 98, 96, 94)
    leaf.curveTo(100, 40, 76, -6, 8, 12)
    canvas.drawPath(leaf, stroke=0, fill=1)
    canvas.setStrokeColor(paper)
    canvas.setLineWidth(5)
    canvas.line(14, 16, 76, 76)
    for step in (30, 46):
        canvas.line(step, step, step + 2, step + 26)
        canvas.line(step, step, step + 26, step + 2)


def _drop(canvas: Canvas, paint: Color, paper: Color) -> None:
    drop = canvas.beginPath()
    drop.moveTo(50, 98)
    drop.curveTo(34, 68, 14, 56, 14, 36)
    drop.curveTo(14, -14, 86, -14, 86, 36)
    drop.curveTo(86, 56, 66, 68, 50, 98)
    canvas.drawPath(drop, stroke=0, fill=1)
    canvas.setStrokeColor(paper)
    canvas.setLineWidth(6)
    wave = canvas.beginPath()
    wave.moveTo(26, 34)
    for step in range(1, 25):
        wave.lineTo(26 + 2 * step, 34 + 7 * sin(step / 24 * 2 * pi))
    canvas.drawPath(wave)


LOGOS: dict[Mark, Callable[[Canvas, Color, Color], None]] = {
    "cross": _cross,
    "heart": _heart,
    "rings": _rings,
    "peak": _peak,
    "leaf": _leaf,
    "drop": _drop,
}
