"""Pictures of files: thumbnails of images, and pages of PDFs drawn as PNG."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from threading import Lock

import pypdfium2
from PIL import Image, ImageOps, UnidentifiedImageError

from workbench.kernel.errors import Invalid

IMAGES = frozenset({".jpg", ".jpeg", ".png", ".gif", ".webp", ".bmp", ".tif", ".tiff"})
WIDEST = 2_000
_MOST_PIXELS = 120_000_000  # more than any scanner gives; a small file can pretend to far more
_DRAWING = Lock()  # PDFium is not safe in several threads


def is_picture(path: str) -> bool:
    """Whether a thumbnail of the file can be made."""
    return Path(path).suffix.lower() in IMAGES | {".pdf"}


def is_document(path: str) -> bool:
    """Whether the file has pages."""
    return Path(path).suffix.lower() == ".pdf"


def thumbnail(path: Path, width: int) -> bytes:
    """A PNG at most `width` pixels wide and high, of an image or of a PDF's first page. Raises `Invalid`."""
    if is_document(path.name):
        return page(path, 1, width)
    return _image(path, _clamped(width), *_stamp(path))


def page(path: Path, number: int, width: int) -> bytes:
    """Page `number` (from 1) of a PDF as a PNG of at most `width` pixels in width. Raises `Invalid`."""
    return _page(path, number, _clamped(width), *_stamp(path))


def count_pages(path: Path) -> int:
    """How many pages a PDF has. Raises `Invalid` when it cannot be read."""
    with _document(path) as document:
        return len(document)


def _clamped(width: int) -> int:
    return max(16, min(width, WIDEST))


def _stamp(path: Path) -> tuple[int, int]:
    seen = path.stat()
    return seen.st_size, seen.st_mtime_ns


@lru_cache(maxsize=256)
def _image(path: Path, width: int, _size: int, _modified_ns: int) -> bytes:
    try:
        with Image.open(path) as opened:
            if opened.width * opened.height > _MOST_PIXELS:
                raise Invalid(f"The image has {opened.width} x {opened.height} pixels, too many to show.", field="path")
            opened.draft("RGB", (width, width))  # JPEGs decode at a fraction of their size
            upright = ImageOps.exif_transpose(opened)
            upright.thumbnail((width, width))
            return _png(upright)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError) as error:
        raise Invalid(f"The image cannot be read: {error}", field="path", fix="Save it anew as JPEG or PNG.") from None


@lru_cache(maxsize=64)
def _page(path: Path, number: int, width: int, _size: int, _modified_ns: int) -> bytes:
    with _document(path) as document:
        if not 1 <= number <= len(document):
            raise Invalid(f"The document has {len(document)} pages; there is no page {number}.", field="page")
        drawn = document[number - 1]
        scale = width / max(drawn.get_width(), 1)
        # Very tall pages are drawn smaller instead of filling the memory.
        scale = min(scale, (_MOST_PIXELS / max(drawn.get_width() * drawn.get_height(), 1)) ** 0.5)
        return _png(drawn.render(scale=scale).to_pil())


@contextmanager
def _document(path: Path) -> Iterator[pypdfium2.PdfDocument]:
    with _DRAWING:
        try:
            document = pypdfium2.PdfDocument(path)
        except pypdfium2.PdfiumError as error:
            raise Invalid(
                f"The PDF cannot be read: {error}", field="path", fix="Check that it opens elsewhere."
            ) from None
        try:
            yield document
        finally:
            document.close()


def _png(image: Image.Image) -> bytes:
    shown = image if image.mode in ("RGB", "RGBA", "L") else image.convert("RGBA" if "A" in image.mode else "RGB")
    out = io.BytesIO()
    shown.save(out, "PNG")
    return out.getvalue()
