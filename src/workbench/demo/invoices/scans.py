"""Paper that went through a bad scanner: a clean PDF page turned into a worn picture, and the text misread from it."""

import io
import re

import numpy as np
import pypdfium2 as pdfium
from PIL import Image, ImageDraw, ImageFilter
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

DOTS_PER_INCH = 110

# What a character reader confuses on worn paper.
LOOKALIKES = {
    "0": "O", "O": "0", "1": "l", "l": "1", "I": "l", "5": "S", "S": "5", "8": "B", "B": "8", "2": "Z", "6": "G",
    "g": "9", "e": "c", "c": "e", "n": "ri", "m": "rn", "h": "b", "t": "f", ",": ".", "-": "~", "a": "o",
}  # fmt: skip


def page_count(content: bytes) -> int:
    """Return the number of pages of a PDF."""
    with pdfium.PdfDocument(content) as document:
        return len(document)


def text_of(content: bytes) -> str:
    """Return the text of a PDF in reading order, pages separated by a blank line."""
    with pdfium.PdfDocument(content) as document:
        pages = [page.get_textpage().get_text_range() for page in document]
    return "\n\n".join(re.sub(r"\r\n?", "\n", page).strip() for page in pages)


def misread(text: str, random: np.random.Generator, *, wear: float) -> str:
    """Return `text` as a character reader sees it on paper worn by `wear` (0 clean, 1 hardly legible)."""
    lines = []
    for line in text.split("\n"):
        if random.random() < 0.35 * wear**4:
            continue
        doubts = random.random(len(line)) < 0.22 * wear**2
        lines.append(
            "".join(LOOKALIKES.get(sign, sign) if doubt else sign for sign, doubt in zip(line, doubts, strict=True))
        )
    return "\n".join(lines)


def scanned(content: bytes, random: np.random.Generator, *, wear: float) -> bytes:
    """Return a PDF of the same pages that holds only pictures of them, worn by `wear` (0 clean, 1 hardly legible)."""
    output = io.BytesIO()
    canvas = Canvas(output, invariant=1)
    with pdfium.PdfDocument(content) as document:
        for page in document:
            picture = page.render(scale=DOTS_PER_INCH / 72, grayscale=True).to_pil()
            canvas.setPageSize(page.get_size())
            canvas.drawImage(_jpeg(_worn(picture, random, wear), wear), 0, 0, *page.get_size())
            canvas.showPage()
    canvas.save()
    return output.getvalue()


def _worn(picture: Image.Image, random: np.random.Generator, wear: float) -> Image.Image:
    width, height = picture.size
    tilt = float(random.uniform(-1, 1)) * (0.6 + 2.2 * wear)
    tilted = picture.rotate(tilt, Image.Resampling.BICUBIC, fillcolor=190)
    soft = tilted.filter(ImageFilter.GaussianBlur(0.4 + 1.9 * wear**3))
    ink = np.asarray(soft, dtype=np.float32)
    # Toner fades towards one side; the lamp leaves a shade down the page; the fold leaves a grey line.
    across = np.linspace(0, 1, width, dtype=np.float32)[None, :]
    down = np.linspace(0, 1, height, dtype=np.float32)[:, None]
    fade = 0.25 * wear + 0.55 * wear**2 * (across if random.random() < 0.5 else 1 - across)
    paper = 236 - 26 * wear * np.abs(down - random.uniform(0.2, 0.8)) - 14 * across
    shade = paper - (255 - ink) * (1 - fade)
    shade -= 30 * wear * np.exp(-(((down - random.uniform(0.3, 0.7)) * height / 3) ** 2))
    shade += random.normal(0, 4 + 13 * wear, (height, width)).astype(np.float32)
    worn = Image.fromarray(np.clip(shade, 0, 255).astype(np.uint8))
    if wear > 0.6:
        worn = _stained(worn, random)
    return worn


def _stained(picture: Image.Image, random: np.random.Generator) -> Image.Image:
    """Return the picture with the ring of a coffee cup on it."""
    width, height = picture.size
    radius = float(random.uniform(0.10, 0.16)) * width
    x, y = random.uniform(0.2, 0.8) * width, random.uniform(0.2, 0.8) * height
    ring = Image.new("L", picture.size, 0)
    pen = ImageDraw.Draw(ring)
    pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=16, outline=110, width=7)
    pen.arc((x - radius - 5, y - radius - 2, x + radius + 1, y + radius + 4), 20, 210, fill=150, width=5)
    return Image.composite(Image.new("L", picture.size, 60), picture, ring.filter(ImageFilter.GaussianBlur(3)))


def _jpeg(picture: Image.Image, wear: float) -> ImageReader:
    content = io.BytesIO()
    picture.save(content, "JPEG", quality=int(58 - 24 * wear))
    return ImageReader(content)
