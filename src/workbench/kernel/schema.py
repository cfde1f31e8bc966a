"""The base of every wire shape."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Schema(BaseModel):
    """A shape that crosses the wire: unknown fields are refused, objects are read by attribute."""

    model_config = ConfigDict(extra="forbid", from_attributes=True, ser_json_timedelta="float")


class Change(Schema):
    """Base of an edit: `version` is the one the editor saw, so that nobody's words are overwritten silently."""

    version: int
