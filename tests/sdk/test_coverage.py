"""The SDK mirrors the API one to one: every route has a method, and no method asks for a route that is not there."""

from __future__ import annotations

import inspect

from fastapi import FastAPI
from tests.sdk.calls import normal, sdk_requests

from workbench import sdk
from workbench.app.features import ROUTERS

# The browser's way in and out: they set its cookie, and mean nothing to a client that sends a token.
# Profile, password and sessions are for their owner, signed in: a token is refused them.
# And it shows nothing of a download that is refused, so the page asks before it.
BROWSER_ONLY = {
    ("POST", "/sign-in"),
    ("POST", "/sign-in/link"),
    ("POST", "/sign-out"),
    ("PATCH", "/me"),
    ("POST", "/me/password"),
    ("POST", "/me/sign-out-everywhere"),
    ("HEAD", "/exports/{}/files/{}"),
}
# Asked for by the connection itself, not by a part.
OWN = {("GET", "/health"), ("GET", "/openapi.json")}


def routes() -> set[tuple[str, str]]:
    app = FastAPI()
    for router in ROUTERS:
        app.include_router(router)
    paths = app.openapi()["paths"]
    return {(method.upper(), normal(path)) for path, methods in paths.items() for method in methods}


def test_every_route_has_a_method() -> None:
    missing = routes() - sdk_requests() - BROWSER_ONLY - OWN
    assert not missing, f"add to src/workbench/sdk: {sorted(missing)}"


def test_every_method_has_a_route() -> None:
    gone = sdk_requests() - routes() - OWN
    assert not gone, f"the SDK asks for what the API does not have: {sorted(gone)}"


def test_every_public_method_says_what_it_does() -> None:
    silent = [
        f"wb.{name}.{method}"
        for name, part in sdk.PARTS.items()
        for method, function in inspect.getmembers(part, inspect.isfunction)
        if not method.startswith("_") and not inspect.getdoc(function)
    ]
    assert not silent


def test_parts_are_attributes_with_the_types_they_declare() -> None:
    annotations = inspect.get_annotations(sdk.Workbench)
    assert {name: kind.__name__ for name, kind in sdk.PARTS.items()} == annotations
