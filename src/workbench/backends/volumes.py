"""Files of a volume: the one resolver of paths inside it, listing, safe upload, media types and content hashes."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote

from workbench.backends.uploads import write_upload
from workbench.kernel.errors import Conflict, Invalid, NotFound

# A fixed table, not the system's: what a browser may do with a file must not depend on the machine it is served from.
# Everything that a browser could run (HTML, SVG, XML) is absent on purpose and leaves as plain bytes.
_MEDIA_TYPES = {
    ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".gif": "image/gif", ".webp": "image/webp",
    ".bmp": "image/bmp", ".tif": "image/tiff", ".tiff": "image/tiff", ".pdf": "application/pdf",
    ".txt": "text/plain; charset=utf-8", ".md": "text/plain; charset=utf-8", ".csv": "text/plain; charset=utf-8",
    ".json": "application/json", ".jsonl": "text/plain; charset=utf-8",
    ".mp3": "audio/mpeg", ".wav": "audio/wav", ".ogg": "audio/ogg", ".flac": "audio/flac", ".m4a": "audio/mp4",
    ".mp4": "video/mp4", ".webm": "video/webm",
}  # fmt: skip
PLAIN_BYTES = "application/octet-stream"
_LONGEST_NAME = 255  # bytes that file systems keep


def media_type(name: str) -> str:
    """The fixed, safe media type of a file name; unknown or active content is plain bytes."""
    return _MEDIA_TYPES.get(Path(name).suffix.lower(), PLAIN_BYTES)


@dataclass(frozen=True, slots=True)
class FileStat:
    """One file: `path` inside the volume with `/`, size in bytes, modification time in nanoseconds since 1970 UTC."""

    path: str
    size_bytes: int
    modified_ns: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One name in a folder of a volume; `stat` is None for a folder."""

    path: str
    stat: FileStat | None


class Volume:
    """A folder of files. Every path that enters goes through `resolve`."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()

    def resolve(self, path: str) -> Path:
        """Where `path` lies on disk. Raises `Invalid` unless it stays inside, in every reading of it."""
        _refuse_unsafe(path)
        found = (self.root / path).resolve()
        if not found.is_relative_to(self.root):
            raise Invalid(f"The path {path!r} leads out of the volume.", field="path", fix="Name a file inside it.")
        return found

    def stat(self, path: str) -> FileStat:
        """Size and time of one file. Raises `NotFound`."""
        found = self.resolve(path)
        if not found.is_file():
            raise NotFound(
                f"There is no file {path!r} in the volume.", field="path", fix="List the volume to see what is."
            )
        seen = found.stat()
        return FileStat(path, seen.st_size, seen.st_mtime_ns)

    def open(self, path: str) -> BinaryIO:
        """The file, open for reading bytes. Raises `NotFound`."""
        self.stat(path)
        return self.resolve(path).open("rb")

    def listed(self, folder: str = "") -> list[str]:
        """The path of everything in one folder, in order. Raises `NotFound`."""
        place, prefix = self._folder(folder)
        names = (each.name for each in os.scandir(place) if not each.name.startswith(".") and self._stays_inside(each))
        return sorted(prefix + name for name in names)

    def found(self, text: str, folder: str = "") -> list[str]:
        """The path of every file below a folder, however deep, whose name holds this text. Raises `NotFound`."""
        _, prefix = self._folder(folder)
        wanted = text.lower()
        below = (path for path in self.paths() if path.startswith(prefix))
        return [path for path in below if wanted in path.rpartition("/")[2].lower()]

    def _folder(self, path: str) -> tuple[Path, str]:
        """Where a folder lies, and what the paths in it begin with."""
        place = self.resolve(path) if path else self.root
        if not place.is_dir():
            raise NotFound(f"There is no folder {path!r} in the volume.", field="path")
        return place, f"{path.rstrip('/')}/" if path else ""

    def _stays_inside(self, found: os.DirEntry[str]) -> bool:
        return not found.is_symlink() or Path(found.path).resolve().is_relative_to(self.root)

    def entry(self, path: str) -> Entry | None:
        """What stands at a path; None when that is nothing, or nothing that may be named."""
        try:
            found = self.resolve(path)
        except Invalid:
            return None
        if found.is_dir():
            return Entry(path, None)
        return Entry(path, self.stat(path)) if found.is_file() else None

    def files(self) -> Iterator[FileStat]:
        """Every file, in order of path; links are not followed and dot-files are not shown."""
        yield from (entry.stat for entry in _walk(self.root, "") if entry.stat)

    def paths(self) -> list[str]:
        """The path of every file, in order; listed anew only when a folder has changed."""
        kept = _LISTINGS.get(self.root)
        if kept is None or not kept.is_fresh(self.root):
            kept = _LISTINGS[self.root] = _Listing.read(self)
        return kept.paths

    def save(self, path: str, content: BinaryIO, *, overwrite: bool = False, limit_mb: int | None = None) -> FileStat:
        """Write an upload so that it is there whole or not at all.

        Raises `Conflict` when it exists already, and `Invalid` when it is too large.
        """
        target = self.resolve(path)
        if target.is_dir() or target == self.root:
            raise Conflict(f"{path!r} is a folder.", field="path", fix="Choose another name.")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
        except (FileExistsError, NotADirectoryError):
            raise Conflict(
                f"{path!r} leads through a file as if it were a folder.", field="path", fix="Choose another folder."
            ) from None
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".upload-")
        try:
            with os.fdopen(handle, "wb") as out:
                write_upload(content, out, limit_mb)
            Path(temporary).chmod(0o644)
            if overwrite:
                Path(temporary).replace(target)
            else:
                os.link(temporary, target)
        except FileExistsError:
            raise Conflict(f"The volume already has {path!r}.", field="path", fix="Overwrite it or rename.") from None
        finally:
            Path(temporary).unlink(missing_ok=True)
        return self.stat(path)

    def remove(self, path: str) -> None:
        """Delete one file. Raises `NotFound`."""
        self.stat(path)
        self.resolve(path).unlink()

    def sha256(self, path: str) -> bytes:
        """The 32-byte hash of a file's content, remembered while its size and time stay the same."""
        seen = self.stat(path)
        return _sha256(self.resolve(path), seen.size_bytes, seen.modified_ns)


@dataclass(frozen=True, slots=True)
class _Listing:
    """The paths of a volume with the modification times of its folders, by which a later change is noticed."""

    folders: dict[str, int]
    paths: list[str]

    @classmethod
    def read(cls, volume: Volume) -> _Listing:
        folders = {"": volume.root.stat().st_mtime_ns}
        before = time.time_ns()
        paths = []
        for entry in _walk(volume.root, ""):
            if entry.stat:
                paths.append(entry.path)
            else:  # an empty folder, too: its first file is a change of it alone
                folders[entry.path] = (volume.root / entry.path).stat().st_mtime_ns
        # A folder changed in the very moment of listing may change again within one tick of its clock.
        recent = {name: 0 for name, changed in folders.items() if changed > before - _TICK_NS}
        return cls(folders | recent, paths)

    def is_fresh(self, root: Path) -> bool:
        try:
            return all((root / name).stat().st_mtime_ns == changed for name, changed in self.folders.items())
        except OSError:
            return False


_LISTINGS: dict[Path, _Listing] = {}
_TICK_NS = 2_000_000_000


@lru_cache(maxsize=200_000)
def _sha256(path: Path, _size: int, _modified_ns: int) -> bytes:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").digest()


def _walk(root: Path, prefix: str) -> Iterator[Entry]:
    """Everything in a folder: each file, and each folder before what is in it."""
    # Folders sort as `name/`, so that the whole walk is in order of the full path.
    entries = [
        (entry.name + "/" if entry.is_dir(follow_symlinks=False) else entry.name, entry)
        for entry in os.scandir(root / prefix)
        if not entry.name.startswith(".")
    ]
    for name, entry in sorted(entries, key=lambda pair: pair[0]):
        if entry.is_dir(follow_symlinks=False):
            yield Entry(prefix + name.removesuffix("/"), None)
            yield from _walk(root, prefix + name)
        elif entry.is_file(follow_symlinks=False):
            seen = entry.stat()
            yield Entry(prefix + name, FileStat(prefix + name, seen.st_size, seen.st_mtime_ns))


def _refuse_unsafe(path: str) -> None:
    """Refuse a path that means something else than the plain names it shows, also after percent-decoding."""
    reading, depth = path, 0
    while True:
        parts = reading.split("/")
        unsafe = (
            any(part in ("", ".", "..") for part in parts)
            or any(ord(sign) < 32 or ord(sign) == 127 for sign in reading)
            or "\\" in reading
            or re.match(r"[A-Za-z]:", reading) is not None
            or reading.count("/") != path.count("/")
            or len(path.encode()) > 1024
            or any(len(part.encode()) > _LONGEST_NAME for part in parts)
            or any(part.startswith(".") for part in parts)
        )
        decoded = unquote(reading, errors="replace")
        depth += 1
        if unsafe or depth > 8:
            raise Invalid(
                f"The path {path[:200]!r} is not allowed in a volume.",
                field="path",
                fix="Use plain names of at most 255 bytes, separated by single slashes, without '..', a leading slash "
                "or hidden names; 1,024 bytes in all.",
            )
        if decoded == reading:
            return
        reading = decoded


_EXAMPLE = "Write for example {key}.* or {key}_*.jpg."


class FilePattern:
    """Which files of a volume belong to which key: `{key}.*`, `scans/{key}_page*.png`, `**/*.jpg`.

    `{key}` stands for the key (as much as fits), `*` for anything but `/`, `**/` for any folders; the rest is literal.
    """

    def __init__(self, pattern: str) -> None:
        if not pattern or len(pattern) > 500:
            raise Invalid("A file pattern has 1 to 500 characters.", field="pattern")
        # Each further wildcard multiplies the ways a name can be read: a bound keeps matching linear in practice.
        if pattern.count("{key}") > 1 or pattern.count("*") > 6:
            raise Invalid("A file pattern has {key} at most once and few wildcards.", field="pattern", fix=_EXAMPLE)
        if "{key}*" in pattern or "*{key}" in pattern:
            raise Invalid("In {key}* nothing tells where the key ends.", field="pattern", fix=_EXAMPLE)
        meanings = {"{key}": "(?P<key>.+)", "**/": "(?:.*/)?", "*": "[^/]*"}
        pieces = re.split(r"(\{key\}|\*\*/|\*)", pattern)
        self.names_key = "{key}" in pattern
        self.literal = "*" not in pattern
        self._pattern = pattern
        self._expression = re.compile("".join(meanings.get(piece, re.escape(piece)) for piece in pieces), re.DOTALL)

    def matches(self, path: str) -> bool:
        """Whether the file belongs to the pattern at all."""
        return self._expression.fullmatch(path) is not None

    def path(self, key: str) -> str:
        """The one path that a literal pattern names for a key."""
        return self._pattern.replace("{key}", key)

    def key(self, path: str) -> str | None:
        """The key the file belongs to; None when it does not match or the pattern names no key."""
        found = self._expression.fullmatch(path)
        return found.group("key") if found and self.names_key else None
