"""The list of everything the application serves and the worker runs; a feature is switched on by standing here."""

from __future__ import annotations

from fastapi import APIRouter

from workbench.app import health
from workbench.features.audit import routes as audit_routes
from workbench.features.governance import routes as governance_routes
from workbench.features.identity import routes as identity_routes
from workbench.features.identity import sign_in_routes
from workbench.features.jobs import routes as jobs_routes
from workbench.features.lineage import routes as lineage_routes
from workbench.features.jobs.service import Handler

ROUTERS: tuple[APIRouter, ...] = (
    health.router,
    sign_in_routes.router,
    identity_routes.router,
    audit_routes.router,
    governance_routes.router,
    jobs_routes.router,
    lineage_routes.router,
)

HANDLERS: dict[str, Handler] = {}
