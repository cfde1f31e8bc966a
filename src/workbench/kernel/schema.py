"""The base of every wire shape."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Schema(BaseModel):
    """A shape that crosses the wire: unknown fields are refused, objects are read by attribute.

    What an answer holds by default is always there, and the API's document says so.
    """

    model_config = ConfigDict(
        extra="forbid",
        from_attributes=True,
        ser_json_timedelta="float",
        json_schema_serialization_defaults_required=True,
    )


class Change(Schema):
    """Base of an edit: `version` is the one the editor saw, so that nobody's words are overwritten silently."""

    version: int
