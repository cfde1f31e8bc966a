"""Every door of the application, one method of one route each, found in its routers; and a request through it."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fastapi.dependencies.models import Dependant
from fastapi.routing import RouteContext, iter_route_contexts
from pydantic import BaseModel
from tests.security.examples import BODIES, GOES_WITH, OBJECTS, PLAIN, QUERIES, SPECIAL, Form
from tests.security.objects import World

from workbench.app.features import ROUTERS
from workbench.app.main import API
from workbench.kernel.actor import Actor


@dataclass(frozen=True)
class Door:
    """One method of one route."""

    method: str
    route: RouteContext

    @property
    def name(self) -> str:
        """How `examples.py` calls it."""
        return f"{self.method} {self.route.path}"

    @property
    def permissions(self) -> set[str]:
        """What `allow` or `anyone` declare anywhere among its dependencies."""
        return set(_permissions(self.route.dependant))

    @property
    def in_query(self) -> list[str]:
        """Required parameters of the query that name an object."""
        found = self.route.dependant.query_params
        needed = [(one.name, one.field_info.annotation) for one in found if one.field_info.is_required()]
        return [name for name, kind in needed if kind is UUID or name in OBJECTS]

    @property
    def objects(self) -> list[str]:
        """Parameters of path and query that name an object."""
        return [*(name for name in self.route.param_convertors if name not in PLAIN), *self.in_query]

    @property
    def ids_in_body(self) -> list[str]:
        """Fields of the body, at any depth, that hold ids: `filter.reviewed_by`; `pair_ids[]` for a list of them."""
        body = self.route.body_field
        return sorted(_id_fields(body.field_info.annotation, set())) if body else []

    def request(self, world: World, owner: Actor, *, fresh: bool = False) -> dict[str, Any]:
        """Its example with objects of the owner's, ready to send; `fresh` where it will change them."""
        if fresh:
            world.forget()
        special = SPECIAL.get(self.name, {})

        def value(name: str) -> str:
            if name in special:
                return str(world.keep(f"{self.name} {name}", owner, special[name]))
            return PLAIN[name] if name in PLAIN else str(world.get(name, owner))

        path = self.route.path_format.format(**{name: value(name) for name in self.route.param_convertors})
        query = [f"{name}={value(name)}" for name in self.in_query] + [QUERIES.get(self.name, "")]
        make = BODIES.get(self.name)
        body = make(world, owner) if make else ({} if self.route.body_field else None)
        told = {"data": body.data, "files": body.files} if isinstance(body, Form) else {"json": body}
        return {"method": self.method, "url": f"{API}{path}?{'&'.join(query)}", **told}

    def __str__(self) -> str:
        return self.name


def _permissions(dependant: Dependant) -> Iterator[str]:
    for inner in dependant.dependencies:
        permission = getattr(inner.call, "permission", None)
        if permission is not None:
            yield permission
        yield from _permissions(inner)


def _id_fields(kind: Any, seen: set[Any], within: str = "") -> Iterator[str]:
    if isinstance(kind, type) and issubclass(kind, BaseModel) and kind not in seen:
        seen.add(kind)
        for name, field in kind.model_fields.items():
            spelled = str(field.annotation)
            if "UUID" in spelled:
                yield f"{within}{name}{'[]' if 'list' in spelled else ''}"
            yield from _id_fields(field.annotation, seen, f"{within}{name}.")
    for inner in getattr(kind, "__args__", ()):
        yield from _id_fields(inner, seen, within)


def with_id(request: dict[str, Any], place: str, value: str) -> dict[str, Any]:
    """The request with another id at this place of its body, as `Door.ids_in_body` spells it."""
    kind = "json" if "json" in request else "data"
    body = copy.deepcopy(request[kind])
    *parents, name = place.removesuffix("[]").split(".")
    inner = body
    for parent in parents:
        inner = inner.setdefault(parent, {})
    inner[name] = [value] if place.endswith("[]") else value
    body.update(GOES_WITH.get(place, {}))
    return {**request, kind: body}


DOORS = sorted(
    (
        Door(method, route)
        for router in ROUTERS
        for route in iter_route_contexts(router.routes)
        for method in route.methods
    ),
    key=str,
)
