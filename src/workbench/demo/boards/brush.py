"""Drawing at twice the final size in board units, so that the shrunken picture has smooth edges."""

from collections.abc import Sequence
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

from workbench.demo.boards.parts import Box

Colour = tuple[int, int, int]
SCALE = 2


@lru_cache(maxsize=16)
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def shade(colour: Colour, by: float) -> Colour:
    """Return the colour made lighter (`by` up to 1: white) or darker (down to -1: black)."""
    target = 255 if by > 0 else 0
    red, green, blue = (round(part + (target - part) * abs(by)) for part in colour)
    return (red, green, blue)


class Brush:
    """Draws on a picture in board units."""

    def __init__(self, picture: Image.Image) -> None:
        self.picture = picture
        self._pen = ImageDraw.Draw(picture)

    def rectangle(self, box: Box, fill: Colour, radius: float = 0, outline: Colour | None = None) -> None:
        """Fill a rectangle with rounded corners; an outline is one unit wide."""
        scaled = _scaled(box)
        width = SCALE if outline else 0
        self._pen.rounded_rectangle(scaled, radius * SCALE, fill=fill, outline=outline, width=width)

    def frame(self, box: Box, colour: Colour, width: float = 1.2, radius: float = 0) -> None:
        """Draw the outline of a rectangle."""
        self._pen.rounded_rectangle(_scaled(box), radius * SCALE, outline=colour, width=max(1, round(width * SCALE)))

    def disc(self, x: float, y: float, radius: float, fill: Colour) -> None:
        """Fill a circle."""
        self._pen.ellipse(_scaled((x - radius, y - radius, x + radius, y + radius)), fill=fill)

    def oval(self, box: Box, fill: Colour) -> None:
        """Fill an ellipse."""
        self._pen.ellipse(_scaled(box), fill=fill)

    def slice(self, x: float, y: float, radius: float, start: float, end: float, fill: Colour) -> None:
        """Fill the part of a circle cut off by the chord between two angles in degrees."""
        self._pen.chord(_scaled((x - radius, y - radius, x + radius, y + radius)), start, end, fill=fill)

    def ring(self, x: float, y: float, radius: float, colour: Colour, width: float) -> None:
        """Draw a circle's outline."""
        box = _scaled((x - radius, y - radius, x + radius, y + radius))
        self._pen.ellipse(box, outline=colour, width=max(1, round(width * SCALE)))

    def line(self, points: Sequence[tuple[float, float]], colour: Colour, width: float) -> None:
        """Draw a polyline with round ends."""
        scaled = [(x * SCALE, y * SCALE) for x, y in points]
        self._pen.line(scaled, fill=colour, width=round(width * SCALE), joint="curve")
        for x, y in (scaled[0], scaled[-1]):
            half = width * SCALE / 2
            self._pen.ellipse((x - half, y - half, x + half, y + half), fill=colour)

    def polygon(self, points: Sequence[tuple[float, float]], fill: Colour) -> None:
        """Fill a polygon."""
        self._pen.polygon([(x * SCALE, y * SCALE) for x, y in points], fill=fill)

    def metal(self, box: Box, colour: Colour, radius: float = 0, upright: bool = False) -> None:
        """Fill a rectangle with a sheen across its shorter side, as brushed metal has."""
        self.rectangle(box, shade(colour, -0.25), radius)
        inner = (box[0] + 1, box[1] + 1, box[2] - 1, box[3] - 1)
        span = inner[2] - inner[0] if upright else inner[3] - inner[1]
        steps = max(2, round(span * SCALE))
        for step in range(steps):
            light = 0.5 - abs(step / steps - 0.32) * 1.5
            at = step * span / steps
            start, end = (inner[0] + at, inner[1] + radius), (inner[0] + at, inner[3] - radius)
            if not upright:
                start, end = (inner[0] + radius, inner[1] + at), (inner[2] - radius, inner[1] + at)
            tone = shade(colour, max(-0.4, min(0.75, light)))
            self._pen.line((*_point(start), *_point(end)), fill=tone, width=1)

    def text(self, x: float, y: float, words: str, colour: Colour, size: float, *, upright: bool = False) -> None:
        """Write centred on (x, y), turned by a quarter when `upright`."""
        font = _font(round(size * SCALE))
        left, top, right, bottom = font.getbbox(words)
        if not upright:
            self._pen.text((x * SCALE, y * SCALE), words, fill=colour, font=font, anchor="mm")
            return
        tile = Image.new("L", (round(right - left) + 4, round(bottom - top) + 4), 0)
        ImageDraw.Draw(tile).text((2 - left, 2 - top), words, fill=255, font=font)
        turned = tile.rotate(90, expand=True)
        corner = (round(x * SCALE - turned.width / 2), round(y * SCALE - turned.height / 2))
        self.picture.paste(colour, (*corner, corner[0] + turned.width, corner[1] + turned.height), turned)


def _point(point: tuple[float, float]) -> tuple[float, float]:
    return (point[0] * SCALE, point[1] * SCALE)


def _scaled(box: Box) -> tuple[float, float, float, float]:
    return (box[0] * SCALE, box[1] * SCALE, box[2] * SCALE, box[3] * SCALE)
