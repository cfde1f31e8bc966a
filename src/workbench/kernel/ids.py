"""Time-ordered ids (UUIDv7, RFC 9562), so that rows made together lie together on disk."""

from __future__ import annotations

from uuid import UUID

import uuid_utils


def new_id() -> UUID:
    """A fresh id; ids made later sort later."""
    return UUID(bytes=uuid_utils.uuid7().bytes)
