"""Files of volumes: list, upload, open within one's clearance, remove."""

from __future__ import annotations

from bisect import bisect_right
from pathlib import PurePosixPath
from typing import BinaryIO

from sqlalchemy.orm import Session

from workbench.backends.bundle import Backends
from workbench.backends.lakehouse import FullName
from workbench.backends.pictures import is_picture
from workbench.backends.volumes import Entry, Volume, media_type
from workbench.features.audit import service as audit
from workbench.features.catalog import sensitivity
from workbench.features.catalog.schemas import VolumeEntry
from workbench.features.catalog.service.browsing import lakehouse_of
from workbench.features.governance import service as governance
from workbench.kernel.actor import Actor
from workbench.kernel.paging import Page, clamp_limit, cursor_key, encode_cursor


def list_files(
    session: Session,
    actor: Actor,
    backends: Backends,
    volume: str,
    *,
    folder: str = "",
    search: str | None = None,
    cursor: str | None = None,
    limit: int | None = None,
) -> Page[VolumeEntry]:
    """What is in one folder of a volume, in order; with `search`, the files anywhere below it that are called like it.

    Names may tell as much as files. Raises as `open_file` does.
    """
    size, after = clamp_limit(limit), cursor_key(cursor, str)
    place = _require_view(session, actor, backends, volume)
    paths = place.found(search, folder) if search else place.listed(folder)
    rest = paths[bisect_right(paths, after[0]) :] if after else paths
    entries = (place.entry(path) for path in rest[:size])  # None when it went this very moment
    return Page(
        items=[_as_entry(entry) for entry in entries if entry],
        next_cursor=encode_cursor(rest[size - 1]) if len(rest) > size else None,
        total=len(paths),
    )


def open_file(session: Session, actor: Actor, backends: Backends, volume: str, path: str) -> tuple[Volume, str]:
    """The volume and the path of a file that the actor may see. Raises `NotFound`, `AboveClearance`."""
    place = _require_view(session, actor, backends, volume)
    place.stat(path)
    return place, path


def _require_view(session: Session, actor: Actor, backends: Backends, volume: str) -> Volume:
    name = str(FullName.parse(volume, "volume"))
    place = lakehouse_of(backends, actor).volume(name)
    ranked = sensitivity.classifications(session, actor.workspace_id, [name])
    governance.require_view(actor, ranked[name])
    return place


def upload_file(
    session: Session,
    actor: Actor,
    backends: Backends,
    volume: str,
    path: str,
    content: BinaryIO,
    *,
    overwrite: bool = False,
) -> VolumeEntry:
    """Writes a file into a volume, whole or not at all.

    Raises `Conflict` when it exists, unless overwriting, and `Invalid` when it is too large.
    """
    name = str(FullName.parse(volume, "volume"))
    place, limit_mb = lakehouse_of(backends, actor).volume(name), backends.settings.upload_limit_mb
    stat = place.save(path, content, overwrite=overwrite, limit_mb=limit_mb)
    audit.record(session, actor, "volume.upload", "source", name, {"size_bytes": stat.size_bytes})
    return _as_entry(Entry(path, stat))


def remove_file(session: Session, actor: Actor, backends: Backends, volume: str, path: str) -> None:
    """Deletes one file of a volume. Raises `NotFound`."""
    name = str(FullName.parse(volume, "volume"))
    lakehouse_of(backends, actor).volume(name).remove(path)
    audit.record(session, actor, "volume.remove", "source", name, {})


def _as_entry(entry: Entry) -> VolumeEntry:
    name = PurePosixPath(entry.path).name
    if entry.stat is None:
        return VolumeEntry(path=entry.path, name=name, is_folder=True)
    return VolumeEntry(
        path=entry.path,
        name=name,
        is_folder=False,
        size_bytes=entry.stat.size_bytes,
        modified_at=entry.stat.modified_ns // 1_000_000,
        media_type=media_type(name),
        has_picture=is_picture(name),
    )
