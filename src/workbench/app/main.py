"""The web application: features' routes, wrapped by sign-in, transaction and safety headers."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from workbench import __version__
from workbench.app import errors, pages
from workbench.app.body_limit import BodyLimitLayer
from workbench.app.features import ROUTERS
from workbench.app.idempotency import IdempotencyLayer
from workbench.app.safety import SafetyLayer
from workbench.app.sign_in import SignInLayer
from workbench.app.transaction import TransactionLayer
from workbench.backends.bundle import Backends

API = "/api/v1"


def create_app(backends: Backends) -> FastAPI:
    """The application over these backends; closes them when it shuts down."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        backends.close()

    app = FastAPI(
        title="Training Dataset Workbench",
        version=__version__,
        lifespan=lifespan,
        openapi_url=f"{API}/openapi.json",
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=lambda route: route.name,
    )
    app.state.backends = backends
    app.state.instance = secrets.token_hex(16)
    errors.install(app)
    for router in ROUTERS:
        app.include_router(router, prefix=API)
    pages.mount(app)
    # the last one added is the outermost
    app.add_middleware(BodyLimitLayer, upload_limit_mb=backends.settings.upload_limit_mb)
    app.add_middleware(IdempotencyLayer)
    app.add_middleware(SignInLayer, settings=backends.settings)
    app.add_middleware(TransactionLayer, database=backends.database)
    app.add_middleware(SafetyLayer)
    return app
