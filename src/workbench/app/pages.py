"""Serves the built web app: static files by name, and the entry page for every other address."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, PlainTextResponse, Response

BUILT = Path(__file__).parent / "web"
MISSING = "The web app is not built. Run `make web`, or use the API under /api/v1 and the command line."


def _built(path: str) -> Path | None:
    """The file of the built web app at this path; None where there is none, or no file could have such a name."""
    try:
        file = (BUILT / path).resolve()
        return file if file.is_relative_to(BUILT) and file.is_file() else None
    except (OSError, ValueError):
        return None


def mount(app: FastAPI) -> None:
    """Adds the pages last, so that every API route comes before them."""

    @app.get("/{path:path}", include_in_schema=False)
    def page(path: str) -> Response:
        if path.startswith("api/"):
            raise HTTPException(404, "There is no such address in the API.")
        file = _built(path)
        if file is not None:
            cache = "public, max-age=31536000, immutable" if path.startswith("assets/") else "no-cache"
            return FileResponse(file, headers={"Cache-Control": cache})
        entry = BUILT / "index.html"
        if not entry.is_file():
            return PlainTextResponse(MISSING, 404)
        return FileResponse(entry, headers={"Cache-Control": "no-cache"})
