"""What the authorization matrix needs to know of each route: how to make the objects it names, and a body it takes.

A new route with an object in its path or query, or an id in its body, fails the matrix until it stands here:

- `OBJECTS`: parameter of a path or a query → function `(world, owner) → value` from `objects.py`. It makes a real
  object in `owner`'s workspace (for `token_id`: of that person).
- `PLAIN`: parameters of paths that name no object, with a value that the route understands.
- `SPECIAL`: `"METHOD /path"` → parameters that mean something else on this one route.
- `QUERIES`: what a route takes in its query besides objects.
- `BODIES`: `"METHOD /path"` → function `(world, owner) → JSON body` that the route accepts. Ids inside must be of
  objects of `owner`'s, from `world.get(…)`: the matrix calls it with a stranger too and expects 404.
  A `Form` is sent as one, with its files.
- `IN_BODY`: ids in bodies that `OBJECTS` knows by another name.
- `GOES_WITH`: what else a body must say for an id in it to mean something.
- `FILTERS`: ids in bodies that only narrow what of one's own is meant: a foreign one finds nothing.
- `FLEETING`: routes that read what stops being given out once constraints or labels change, as other cases do.
- `ENDLESS`: streams that never end, of which only the refusals are tried.
- `UNAUDITED`: routes that are no read and yet need no audit event, with the reason.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.security import objects
from tests.security.objects import Maker

from workbench.kernel.ids import new_id


@dataclass(frozen=True)
class Form:
    """A body that is a form with files."""

    data: dict[str, str] = field(default_factory=dict)
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)


def always(value: Any) -> Maker:
    """The same for everyone."""
    return lambda _world, _owner: value


def named() -> Maker:
    """A name that is not taken."""
    return lambda _world, _owner: {"name": new_id().hex}


VERSION = always({"version": 1})
REVIEWED = always({"version": 1, "notes": "Seen"})

OBJECTS: dict[str, Maker] = {
    "workspace_id": lambda _world, owner: str(owner.workspace_id),
    "person_id": objects.member,
    "invitation_id": objects.invitation,
    "token_id": objects.token,
    "job_id": objects.job,
    "catalog": objects.catalog,
    "schema": lambda world, owner: f"{objects.catalog(world, owner)}.s",
    "table": lambda world, owner: f"{objects.catalog(world, owner)}.s.t",
    "volume": lambda world, owner: f"{objects.catalog(world, owner)}.s.v",
    "sheet_id": objects.sheet,
    "labelset_id": objects.labelset,
    "label_id": objects.label,
    "endpoint_id": objects.endpoint,
    "template_id": objects.template,
    "template_version_id": lambda world, owner: str(world.desk(owner).template.id),
    "training_sheet_id": objects.training_sheet,
    "pair_id": objects.pair,
    "export_id": objects.export,
    "waiver_id": objects.waiver,
    "subject_id": objects.sheet,
}

PLAIN: dict[str, str] = {
    "number": "1",
    "subject_kind": "sheet",
    "name": "train.jsonl",
    "split": "train",
    "line": "1",
}


def _desk_sheet(world: objects.World, owner: objects.Actor) -> str:
    return str(world.desk(owner).sheet.sheet_id)


ON_DESK: dict[str, Maker] = {"sheet_id": _desk_sheet}
TEMPLATE: dict[str, Maker] = {"number": always("1.0.0")}
FRESH_DRAFT: dict[str, Maker] = {"template_id": objects.template_with_draft, "labelset_id": objects.labelset_with_draft}

SPECIAL: dict[str, dict[str, Maker]] = {
    "GET /labels/export/{job_id}": {"job_id": objects.label_export},
    "POST /review/bulk/{job_id}/undo": {"job_id": objects.bulk},
    "POST /models/{endpoint_id}/try": {"endpoint_id": lambda world, owner: str(world.desk(owner).studio.nearest().id)},
    "GET /training-sheets/coverage": ON_DESK,
    "GET /exports/row": {"table": lambda world, owner: world.desk(owner).sheet.definition.primary_table},
    **{
        f"{method} /labels/{part}": ON_DESK
        for method, part in (
            ("GET", "items"),
            ("GET", "item"),
            ("GET", "progress"),
            ("GET", "draft"),
            ("DELETE", "draft"),
            ("GET", "of-item"),
        )
    },
    "GET /templates/{template_id}/versions/{number}": TEMPLATE,
    "GET /templates/{template_id}/versions/{number}/check": {**TEMPLATE, **ON_DESK},
    "POST /templates/{template_id}/versions/{number}/try": TEMPLATE,
    "POST /templates/{template_id}/versions/{number}/archive": TEMPLATE,
    **{
        f"{method} /{kind}/{{{parameter}}}/draft{rest}": FRESH_DRAFT
        for kind, parameter in (("templates", "template_id"), ("labelsets", "labelset_id"))
        for method, rest in (("PATCH", ""), ("DELETE", ""), ("POST", "/publish"))
    },
}

FIRST_ITEM = "label_type=intent&item_ref=i:0"

QUERIES: dict[str, str] = {
    "DELETE /catalog/volumes/{volume}/files": "path=1.png",
    "GET /catalog/volumes/{volume}/content": "path=1.png",
    "GET /catalog/volumes/{volume}/picture": "path=1.png",
    "DELETE /sheets/{sheet_id}": "version=1",
    "GET /sheets/{sheet_id}/diff": "before=1&after=1",
    "GET /sheets/{sheet_id}/file": "item_ref=s:1&field=scan",
    "GET /sheets/{sheet_id}/file/info": "item_ref=s:1&field=scan",
    "GET /sheets/{sheet_id}/file/picture": "item_ref=s:1&field=scan",
    "DELETE /labelsets/{labelset_id}": "version=1",
    "GET /labelsets/{labelset_id}/diff": "before=1&after=1",
    "DELETE /labelsets/{labelset_id}/draft": "version=1",
    "GET /labels": "label_type=intent",
    "GET /labels/items": "label_type=intent",
    "GET /labels/item": FIRST_ITEM,
    "GET /labels/progress": "label_type=intent",
    "GET /labels/draft": FIRST_ITEM,
    "DELETE /labels/draft": FIRST_ITEM,
    "GET /labels/of-item": FIRST_ITEM,
    "DELETE /models/{endpoint_id}": "version=1",
    "DELETE /templates/{template_id}": "version=1",
    "DELETE /templates/{template_id}/draft": "version=1",
    "GET /templates/{template_id}/diff": "before=1.0.0&after=1.0.0",
    "DELETE /training-sheets/{training_sheet_id}": "version=1",
    "GET /training-sheets/{training_sheet_id}/pairs.arrow": "use=training",
    "GET /exports/row": "item_ref=i:0",
    "GET /governance/tags/of": "source=main.help",
}


def _generate(world: objects.World, owner: objects.Actor) -> dict[str, Any]:
    recipe = {"sheet_id": _desk_sheet(world, owner), "template_version_id": str(world.desk(owner).template.id)}
    return {**recipe, "mode": "manual"}


def _label(world: objects.World, owner: objects.Actor) -> dict[str, Any]:
    item = {"sheet_id": _desk_sheet(world, owner), "label_type": "intent", "item_ref": "i:0"}
    return {**item, "value": "lost", "version": 1}


def _label_draft(world: objects.World, owner: objects.Actor) -> dict[str, Any]:
    item = {"sheet_id": _desk_sheet(world, owner), "label_type": "intent", "item_ref": "i:0"}
    return {**item, "content": {"value": "lost"}}


def _desk_definition(world: objects.World, owner: objects.Actor) -> dict[str, Any]:
    return world.desk(owner).sheet.definition.model_dump(mode="json")


def _in_catalog(make: Callable[[str], Any]) -> Maker:
    """What `make` says of the name of a catalog of the owner's."""
    return lambda world, owner: make(world.get("catalog", owner))


BODIES: dict[str, Maker] = {
    "PATCH /me": always({"name": "Renamed"}),
    "POST /me/password": lambda _world, _owner: {"new": new_id().hex},
    "POST /tokens": always({"name": "spare", "scopes": ["read"]}),
    "POST /invitations": lambda _world, _owner: {"email": f"{new_id().hex}@example.org", "role": "viewer"},
    "POST /workspaces": lambda _world, _owner: {"slug": f"w{new_id().hex[-12:]}", "name": "Another"},
    "POST /catalog/catalogs": lambda _world, _owner: {"name": f"c{new_id().hex}"},
    "POST /catalog/schemas": _in_catalog(lambda name: {"catalog_name": name, "name": "fresh"}),
    "POST /catalog/volumes": _in_catalog(lambda name: {"full_name": f"{name}.s.fresh"}),
    "POST /catalog/tables/upload": _in_catalog(
        lambda name: Form(data={"full_name": f"{name}.s.fresh"}, files={"file": ("fresh.csv", b"a\n1\n")})
    ),
    "POST /catalog/tables/from-volume": _in_catalog(
        lambda name: {"volume": f"{name}.s.v", "pattern": "{key}.png", "full_name": f"{name}.s.fresh"}
    ),
    "PUT /catalog/comments": _in_catalog(lambda name: {"source": f"{name}.s.t", "comment": "Seen"}),
    "PUT /governance/tags/of": _in_catalog(lambda name: {"source": name, "tags": {"owner": "the lab"}}),
    "POST /governance/waivers": lambda world, owner: {
        "subject_kind": "sheet",
        "subject_ref": _desk_sheet(world, owner),
        "uses": ["training"],
        "reason": "As agreed",
    },
    "POST /labelsets": lambda _world, _owner: {
        "label_type": f"type_{new_id().hex}",
        "kind": "classification",
        "name": new_id().hex,
        "classes": [{"id": "lost", "name": "Card lost"}],
    },
    "POST /models": lambda _world, _owner: {
        "name": new_id().hex,
        "kind": "openai_compatible",
        "base_url": "http://127.0.0.1:9/v1",
        "model": "m",
    },
    "POST /sheets": lambda world, owner: {"name": new_id().hex, "definition": _desk_definition(world, owner)},
    "POST /sheets/check": _desk_definition,
    "POST /sheets/preview": lambda world, owner: {"definition": _desk_definition(world, owner)},
    "PATCH /workspaces/{workspace_id}": always({"version": 1, "name": "Renamed"}),
    "PATCH /members/{person_id}": always({"version": 1, "role": "expert"}),
    "POST /catalog/volumes/{volume}/files": always(Form(files={"file": ("2.png", b"2")})),
    "PATCH /sheets/{sheet_id}": always({"version": 1, "description": "Renewed"}),
    "PUT /sheets/{sheet_id}/draft": lambda world, owner: {
        "version": 1,
        "definition": objects.definition(world, owner),
    },
    "POST /sheets/{sheet_id}/items": always({"item_refs": ["s:1"]}),
    "POST /sheets/{sheet_id}/duplicate": named(),
    **{f"POST /sheets/{{sheet_id}}/{verb}": VERSION for verb in ("draft/discard", "publish", "archive", "restore")},
    "PATCH /labelsets/{labelset_id}": always({"version": 1, "description": "Renewed"}),
    "POST /labelsets/{labelset_id}/duplicate": lambda _world, _owner: {
        "name": new_id().hex,
        "label_type": f"type_{new_id().hex}",
    },
    "PATCH /labelsets/{labelset_id}/draft": always({"version": 1, "instructions": "Look twice"}),
    **{
        f"POST /labelsets/{{labelset_id}}/{verb}": VERSION
        for verb in ("archive", "restore", "draft/publish", "versions/{number}/archive")
    },
    "POST /labels": _label,
    "PUT /labels/draft": _label_draft,
    "POST /labels/import": lambda world, owner: Form(
        data={"sheet_id": _desk_sheet(world, owner), "label_type": "intent"},
        files={"file": ("labels.jsonl", b'{"item_ref": "i:0", "value": "lost"}\n')},
    ),
    "POST /labels/export": lambda world, owner: {
        "label_type": "intent",
        "use": "training",
        "sheet_id": _desk_sheet(world, owner),
    },
    "POST /labels/{label_id}/retract": always({"version": 2, "reason": "Wrong"}),
    "POST /labels/{label_id}/revert": always({"version": 2, "to": 1}),
    "PATCH /models/{endpoint_id}": always({"version": 1, "timeout_seconds": 5}),
    "POST /models/{endpoint_id}/try": always({}),
    "POST /templates": lambda world, owner: {
        "name": new_id().hex,
        "label_type": "intent",
        "model": {"endpoint_id": world.get("endpoint_id", owner)},
    },
    "PATCH /templates/{template_id}": always({"version": 1, "description": "Renewed"}),
    "POST /templates/{template_id}/duplicate": named(),
    "PATCH /templates/{template_id}/draft": lambda world, owner: {
        "version": 1,
        "model": {"endpoint_id": world.get("endpoint_id", owner)},
    },
    "POST /templates/{template_id}/versions/{number}/try": lambda world, owner: {"sheet_id": _desk_sheet(world, owner)},
    **{
        f"POST /templates/{{template_id}}/{verb}": VERSION
        for verb in ("archive", "restore", "draft/publish", "versions/{number}/archive")
    },
    "POST /training-sheets": lambda world, owner: {**_generate(world, owner), "name": new_id().hex},
    "POST /training-sheets/preview": _generate,
    "PATCH /training-sheets/{training_sheet_id}": always({"version": 1, "description": "Renewed"}),
    "POST /training-sheets/{training_sheet_id}/duplicate": lambda world, owner: {
        "name": new_id().hex,
        "template_version_id": str(world.desk(owner).template.id),
    },
    **{f"POST /training-sheets/{{training_sheet_id}}/{verb}": VERSION for verb in ("archive", "restore", "finish")},
    "POST /training-sheets/{training_sheet_id}/retry-failures": always({}),
    "POST /review/training-sheets/{training_sheet_id}/next": always({"n": 1}),
    "POST /review/training-sheets/{training_sheet_id}/hold": lambda world, owner: {
        "pair_ids": [world.get("pair_id", owner)]
    },
    "POST /review/training-sheets/{training_sheet_id}/release": lambda world, owner: {
        "pair_ids": [world.get("pair_id", owner)]
    },
    "POST /review/training-sheets/{training_sheet_id}/estimate": always({}),
    "POST /review/training-sheets/{training_sheet_id}/bulk": always({"action": "flag", "filter": {}, "notes": "Odd"}),
    "POST /review/training-sheets/{training_sheet_id}/approve": VERSION,
    "POST /review/training-sheets/{training_sheet_id}/reopen": VERSION,
    **{f"POST /review/pairs/{{pair_id}}/{verb}": REVIEWED for verb in ("approve", "reject", "flag", "reset")},
    "POST /review/pairs/{pair_id}/edit": always({"version": 1, "value": "move"}),
    "PUT /review/pairs/{pair_id}/notes": REVIEWED,
    "PUT /review/pairs/{pair_id}/draft": always({"content": {"value": "move"}}),
    "PUT /governance/constraints/{subject_kind}/{subject_id}": always(
        {"prohibited_uses": ["training"], "reason": "No"}
    ),
    "POST /exports": lambda world, owner: {"training_sheet_id": world.get("training_sheet_id", owner)},
}

IN_BODY = {"pair_ids[]": "pair_id", "reviewed_by": "person_id", "actor_id": "person_id"}

FILTERS = {"filter.reviewed_by", "reviewed_by", "actor_id", "pair_ids[]"}

GOES_WITH = {"endpoint_id": {"mode": "ai_generated"}}

FLEETING = {"GET /labels/export/{job_id}", "GET /exports/{export_id}/files/{name}"}

ENDLESS = {"GET /jobs/events"}

_DRAFT = "what somebody is still typing; publishing or deciding is the event"
_QUESTION = "a question whose words do not fit into an address: it changes nothing"
_QUEUE = "who looks at a pair for the next minutes; the decision is the event"

UNAUDITED: dict[str, str] = {
    "PUT /labels/draft": _DRAFT,
    "DELETE /labels/draft": _DRAFT,
    "PUT /review/pairs/{pair_id}/draft": _DRAFT,
    "DELETE /review/pairs/{pair_id}/draft": _DRAFT,
    "POST /audit/verify": _QUESTION,
    "POST /models/{endpoint_id}/try": _QUESTION,
    "POST /sheets/check": _QUESTION,
    "POST /sheets/preview": _QUESTION,
    "POST /sheets/{sheet_id}/items": _QUESTION,
    "POST /training-sheets/preview": _QUESTION,
    "POST /templates/{template_id}/versions/{number}/try": _QUESTION,
    "POST /review/training-sheets/{training_sheet_id}/estimate": _QUESTION,
    "POST /review/training-sheets/{training_sheet_id}/next": _QUEUE,
    "POST /review/training-sheets/{training_sheet_id}/hold": _QUEUE,
    "POST /review/training-sheets/{training_sheet_id}/release": _QUEUE,
}
