"""What comes from outside, on its way to disk."""

from __future__ import annotations

import os
from typing import BinaryIO

from workbench.kernel.errors import Invalid

_CHUNK = 1 << 20


def write_upload(content: BinaryIO, out: BinaryIO, limit_mb: int | None = None) -> None:
    """Copies an upload until its last byte is on disk. Raises `Invalid` as soon as it is larger than it may be."""
    size = 0
    while chunk := content.read(_CHUNK):
        size += len(chunk)
        if limit_mb is not None and size > limit_mb << 20:
            raise Invalid(
                f"The file is larger than {limit_mb} MiB.", field="file", fix="Split it, or raise upload_limit_mb."
            )
        out.write(chunk)
    out.flush()
    os.fsync(out.fileno())
