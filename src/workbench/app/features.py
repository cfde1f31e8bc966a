"""The list of everything the application serves and the worker runs; a feature is switched on by standing here."""

from __future__ import annotations

from fastapi import APIRouter

from workbench.app import health
from workbench.features.audit import routes as audit_routes
from workbench.features.catalog import routes as catalog_routes
from workbench.features.catalog import tasks as catalog_tasks
from workbench.features.exports import routes as exports_routes
from workbench.features.exports import tasks as exports_tasks
from workbench.features.generation import routes as generation_routes
from workbench.features.generation import tasks as generation_tasks
from workbench.features.governance import routes as governance_routes
from workbench.features.identity import routes as identity_routes
from workbench.features.identity import sign_in_routes
from workbench.features.jobs import routes as jobs_routes
from workbench.features.jobs.service import JobKind
from workbench.features.labels import routes as labels_routes
from workbench.features.labels import tasks as labels_tasks
from workbench.features.lineage import routes as lineage_routes
from workbench.features.models import routes as models_routes
from workbench.features.review import routes as review_routes
from workbench.features.review import tasks as review_tasks
from workbench.features.sheets import routes as sheets_routes
from workbench.features.templates import routes as templates_routes
from workbench.features.uses import routes as uses_routes

# What people ask for all day comes first, for a request is held against one route after the other.
ROUTERS: tuple[APIRouter, ...] = (
    review_routes.router,
    labels_routes.router,
    generation_routes.router,
    jobs_routes.router,
    health.router,
    sign_in_routes.router,
    identity_routes.router,
    audit_routes.router,
    governance_routes.router,
    lineage_routes.router,
    catalog_routes.router,
    sheets_routes.router,
    models_routes.router,
    templates_routes.router,
    uses_routes.router,
    exports_routes.router,
)

JOB_KINDS: dict[str, JobKind] = {
    **catalog_tasks.JOB_KINDS,
    **labels_tasks.JOB_KINDS,
    **generation_tasks.JOB_KINDS,
    **review_tasks.JOB_KINDS,
    **exports_tasks.JOB_KINDS,
}
