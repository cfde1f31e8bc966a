"""Thumbnails and pages: sizes, formats, and files that are not what they say."""

from __future__ import annotations

import io
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from workbench.backends import pictures
from workbench.kernel.errors import Invalid


def opened(png: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(png))
    assert image.format == "PNG"
    return image


@pytest.mark.parametrize(
    ("name", "mode"), [("a.png", "RGBA"), ("a.jpg", "RGB"), ("a.gif", "P"), ("a.tif", "CMYK"), ("a.bmp", "1")]
)
def test_thumbnails_of_images(tmp_path: Path, name: str, mode: str) -> None:
    Image.new(mode, (400, 200)).save(tmp_path / name)
    assert opened(pictures.thumbnail(tmp_path / name, 100)).size == (100, 50)
    assert opened(pictures.thumbnail(tmp_path / name, 5000)).size == (400, 200)


def test_thumbnails_stand_upright(tmp_path: Path) -> None:
    turned = Image.Exif()
    turned[0x0112] = 6
    Image.new("RGB", (400, 200)).save(tmp_path / "a.jpg", exif=turned)
    assert opened(pictures.thumbnail(tmp_path / "a.jpg", 100)).size == (50, 100)


def test_pages_of_documents(tmp_path: Path) -> None:
    document = pypdfium2.PdfDocument.new()
    for width in (200, 300):
        document.new_page(width, 400)
    document.save(tmp_path / "a.pdf")
    assert pictures.count_pages(tmp_path / "a.pdf") == 2
    assert opened(pictures.page(tmp_path / "a.pdf", 2, 150)).size == (150, 200)
    assert opened(pictures.thumbnail(tmp_path / "a.pdf", 100)).size == (100, 200)
    for number in (0, 3):
        with pytest.raises(Invalid, match="2 pages"):
            pictures.page(tmp_path / "a.pdf", number, 100)


def test_a_changed_file_has_a_new_picture(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    Image.new("RGB", (10, 10), "red").save(path)
    before = pictures.thumbnail(path, 16)
    Image.new("RGB", (10, 12), "blue").save(path)
    assert pictures.thumbnail(path, 16) != before


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.pdf", "a.txt"])
@pytest.mark.parametrize("content", [b"", b"not a picture", b"\x89PNG\r\n\x1a\n" + b"\0" * 20, b"%PDF-1.7\n"])
def test_files_that_are_not_what_they_say(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(Invalid):
        pictures.thumbnail(tmp_path / name, 100)


def test_an_image_that_pretends_to_be_huge(tmp_path: Path) -> None:
    small = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(small, "PNG")
    (tmp_path / "a.png").write_bytes(small.getvalue())
    with pytest.raises(Invalid):
        pictures.thumbnail(tmp_path / "a.png", 100)
