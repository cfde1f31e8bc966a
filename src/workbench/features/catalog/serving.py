"""Answers that carry a file's content to a browser without letting it run: fixed type, no sniffing, a sandbox."""

from __future__ import annotations

from pathlib import PurePosixPath
from urllib.parse import quote

from starlette.responses import FileResponse, Response

from workbench.backends import pictures
from workbench.backends.volumes import PLAIN_BYTES, Volume, media_type

_SANDBOX = "sandbox; default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'"
_HEADERS = {
    "Content-Security-Policy": _SANDBOX,
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, max-age=300",
}


def file_answer(volume: Volume, path: str, *, download: bool = False) -> Response:
    """The file itself, with byte ranges. Content of no known harmless type is only ever downloaded."""
    kind, name = media_type(path), PurePosixPath(path).name
    how = "attachment" if download or kind == PLAIN_BYTES else "inline"
    headers = {**_HEADERS, "Content-Disposition": f"{how}; filename*=UTF-8''{quote(name, safe='')}"}
    return FileResponse(volume.resolve(path), media_type=kind, headers=headers)


def picture_answer(volume: Volume, path: str, *, width: int, page: int | None = None) -> Response:
    """A PNG of an image, or of a page of a PDF (the first when none is named)."""
    place = volume.resolve(path)
    drawn = pictures.thumbnail(place, width) if page is None else pictures.page(place, page, width)
    return Response(drawn, media_type="image/png", headers=_HEADERS)
