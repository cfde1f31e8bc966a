"""The resolver of paths in a volume, atomic upload, listing, hashes and file patterns."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.backends import volumes
from workbench.backends.volumes import PLAIN_BYTES, FilePattern, Volume, media_type
from workbench.kernel.errors import Conflict, Invalid, NotFound


@pytest.fixture
def volume(tmp_path: Path) -> Volume:
    root = tmp_path / "volume"
    (root / "img").mkdir(parents=True)
    (root / "img" / "a1.png").write_bytes(b"one")
    (root / "img" / "a2.png").write_bytes(b"two")
    (root / "note.txt").write_text("hello")
    (tmp_path / "secret.txt").write_text("secret")
    return Volume(root)


@pytest.mark.parametrize(
    "path",
    [
        "", ".", "..", "../secret.txt", "img/../../secret.txt", "/etc/passwd", "img//a1.png", "img/", "./note.txt",
        "%2e%2e/secret.txt", "..%2fsecret.txt", "%252e%252e%252fsecret.txt", "img%2fa1.png", "note.txt%00.png",
        "note\0.txt", "img\\a1.png", "..\\secret.txt", "img%5ca1.png", "C:/secret.txt", "a\nb", ".hidden",
        "img/.hidden", "%2ehidden", "x" * 2000, "x" * 256, "img/" + "ä" * 128 + "/a",
    ],
)  # fmt: skip
def test_paths_that_mean_something_else_are_refused(volume: Volume, path: str) -> None:
    with pytest.raises(Invalid):
        volume.resolve(path)


@pytest.mark.parametrize(
    "path", ["note.txt", "img/a1.png", "a b (1).txt", "100%.txt", "ä/ö.png", "a..b.txt", "x" * 255]
)
def test_plain_paths_are_kept(volume: Volume, path: str) -> None:
    assert volume.resolve(path) == volume.root / path


@given(st.text(max_size=60))
def test_no_path_ever_leads_out(path: str) -> None:
    volume = Volume(Path("/nowhere/volume"))
    try:
        found = volume.resolve(path)
    except Invalid:
        return
    assert found.is_relative_to("/nowhere/volume")
    assert found != Path("/nowhere/volume")


def test_links_do_not_lead_out(volume: Volume, tmp_path: Path) -> None:
    (volume.root / "out.txt").symlink_to(tmp_path / "secret.txt")
    (volume.root / "folder").symlink_to(tmp_path)
    for path in ("out.txt", "folder/secret.txt"):
        with pytest.raises(Invalid):
            volume.open(path)
    assert [file.path for file in volume.files()] == ["img/a1.png", "img/a2.png", "note.txt"]
    assert volume.listed() == ["img", "note.txt"]


def test_a_folder_is_listed_and_searched(volume: Volume) -> None:
    assert volume.listed("img") == ["img/a1.png", "img/a2.png"]
    assert volume.found("A2") == volume.found("2.p", "img") == ["img/a2.png"]
    assert volume.found("img") == [], "it is the name of a folder"
    assert volume.found("note", "img") == []
    volume.save("img/deep/note.txt", io.BytesIO(b"x"))
    assert volume.found("note") == ["img/deep/note.txt", "note.txt"]
    for look in (volume.listed, lambda folder: volume.found("a", folder)):
        with pytest.raises(NotFound):
            look("nothing")


def test_upload_is_whole_or_not_at_all(volume: Volume) -> None:
    class Breaks(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise OSError("the connection broke")

    with pytest.raises(OSError, match="broke"):
        volume.save("new/scan.pdf", Breaks())
    assert list((volume.root / "new").iterdir()) == []
    assert volume.save("new/scan.pdf", io.BytesIO(b"pdf")).size_bytes == 3
    with pytest.raises(Conflict):
        volume.save("new/scan.pdf", io.BytesIO(b"other"))
    with volume.open("new/scan.pdf") as content:
        assert content.read() == b"pdf"
    volume.save("new/scan.pdf", io.BytesIO(b"other"), overwrite=True)
    assert volume.stat("new/scan.pdf").size_bytes == 5


def test_an_upload_that_is_too_large_leaves_nothing(volume: Volume) -> None:
    whole, more = b"x" * (1 << 20), b"x" * ((1 << 20) + 1)
    assert volume.save("new/whole.bin", io.BytesIO(whole), limit_mb=1).size_bytes == 1 << 20
    for path in ("new/more.bin", "new/whole.bin"):
        with pytest.raises(Invalid, match="larger than 1 MiB") as caught:
            volume.save(path, io.BytesIO(more), overwrite=True, limit_mb=1)
        assert caught.value.field == "file"
    assert os.listdir(volume.root / "new") == ["whole.bin"]
    assert volume.stat("new/whole.bin").size_bytes == 1 << 20


@pytest.mark.parametrize("path", ["note.txt/a.png", "note.txt/deep/a.png"])
def test_no_upload_goes_into_a_file(volume: Volume, path: str) -> None:
    with pytest.raises(Conflict, match="leads through a file") as caught:
        volume.save(path, io.BytesIO(b"x"))
    assert caught.value.field == "path"
    assert caught.value.fix
    assert volume.entry(path) is None


def test_hash_follows_the_content(volume: Volume) -> None:
    assert volume.sha256("note.txt") == hashlib.sha256(b"hello").digest()
    volume.save("note.txt", io.BytesIO(b"world"), overwrite=True)
    os.utime(volume.root / "note.txt", ns=(1, 1))
    assert volume.sha256("note.txt") == hashlib.sha256(b"world").digest()


def test_paths_notice_new_and_gone_files(volume: Volume) -> None:
    assert volume.paths() == ["img/a1.png", "img/a2.png", "note.txt"]
    volume.save("img/a3.png", io.BytesIO(b"three"))
    (volume.root / "note.txt").unlink()
    assert volume.paths() == ["img/a1.png", "img/a2.png", "img/a3.png"]


def _age(*folders: Path) -> None:
    """As if nothing had changed in them for long."""
    for folder in folders:
        os.utime(folder, ns=(10**9, 10**9))


def test_paths_notice_the_first_file_of_an_empty_folder(volume: Volume) -> None:
    for file in volume.listed("img"):
        volume.remove(file)
    (volume.root / "deep" / "empty").mkdir(parents=True)
    _age(volume.root, volume.root / "img", volume.root / "deep", volume.root / "deep" / "empty")
    assert volume.paths() == ["note.txt"]
    volume.save("img/b.png", io.BytesIO(b"new"))
    volume.save("deep/empty/c.png", io.BytesIO(b"new"))
    assert volume.paths() == ["deep/empty/c.png", "img/b.png", "note.txt"]
    assert volume.found("b.png") == ["img/b.png"]


def test_paths_are_listed_once_while_nothing_changes(volume: Volume, monkeypatch: pytest.MonkeyPatch) -> None:
    _age(volume.root, volume.root / "img")
    first = volume.paths()

    def walked(*_: object) -> Iterator[object]:
        raise AssertionError("listed again")

    monkeypatch.setattr(volumes, "_walk", walked)
    assert volume.paths() is first


@pytest.mark.parametrize("name", ["a.html", "a.svg", "a.xml", "a.js", "a.xhtml", "a", "a.jpg.html", ".png"])
def test_active_content_is_plain_bytes(name: str) -> None:
    assert media_type(name) == PLAIN_BYTES


def test_pictures_and_documents_keep_their_type() -> None:
    assert media_type("SCAN.JPG") == "image/jpeg"
    assert media_type("a/b.pdf") == "application/pdf"


@pytest.mark.parametrize(
    ("pattern", "path", "key"),
    [
        ("{key}.*", "a1.png", "a1"),
        ("{key}.*", "v1.2.png", "v1.2"),
        ("{key}_test.jpg", "00041018_test.jpg", "00041018"),
        ("{key}_test.jpg", "00041018_temp.jpg", None),
        ("{key}_*.jpg", "board_1_test.jpg", "board_1"),
        ("scans/*/{key}.pdf", "scans/2026/a.pdf", "a"),
        ("scans/*/{key}.pdf", "scans/a.pdf", None),
        ("**/{key}.pdf", "x/y/a.pdf", "a"),
        ("**/{key}.pdf", "a.pdf", "a"),
        ("{key}", "img/a.png", "img/a.png"),
        ("{key}.p+g", "a.p+g", "a"),
        ("{key}.p+g", "a.ppg", None),
    ],
)
def test_file_patterns_find_the_key(pattern: str, path: str, key: str | None) -> None:
    assert FilePattern(pattern).key(path) == key


@pytest.mark.parametrize("pattern", ["", "{key}{key}", "{key}*", "*{key}.jpg", "*" * 7, "x" * 501])
def test_unclear_file_patterns_are_refused(pattern: str) -> None:
    with pytest.raises(Invalid):
        FilePattern(pattern)
