"""REST of labelsets and canonical labels."""

from __future__ import annotations

from fastapi import APIRouter

from workbench.features.labels.routes import interchange, labels, labelsets, sessions

router = APIRouter()
for part in (labelsets, sessions, interchange, labels):  # fixed addresses before `/labels/{label_id}`
    router.include_router(part.router)
