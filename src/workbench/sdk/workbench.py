"""The workbench as a Python object: everything a person can do, one attribute per part."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from workbench.sdk import transport

if TYPE_CHECKING:
    from workbench.sdk.audit import Audit
    from workbench.sdk.catalog import Catalogs, Tables, Volumes
    from workbench.sdk.exports import Exports
    from workbench.sdk.governance import Governance
    from workbench.sdk.identity import Members, Myself, Tokens, Workspaces
    from workbench.sdk.jobs import Jobs
    from workbench.sdk.labels import Labels
    from workbench.sdk.labelsets import Labelsets
    from workbench.sdk.lineage import Lineage
    from workbench.sdk.models import Models
    from workbench.sdk.review import Review
    from workbench.sdk.sheets import Sheets
    from workbench.sdk.templates import Templates
    from workbench.sdk.training_sheets import TrainingSheets

PARTS = {
    "audit": "audit.Audit",
    "catalogs": "catalog.Catalogs",
    "exports": "exports.Exports",
    "governance": "governance.Governance",
    "jobs": "jobs.Jobs",
    "labels": "labels.Labels",
    "labelsets": "labelsets.Labelsets",
    "lineage": "lineage.Lineage",
    "me": "identity.Myself",
    "members": "identity.Members",
    "models": "models.Models",
    "review": "review.Review",
    "sheets": "sheets.Sheets",
    "tables": "catalog.Tables",
    "templates": "templates.Templates",
    "tokens": "identity.Tokens",
    "training_sheets": "training_sheets.TrainingSheets",
    "volumes": "catalog.Volumes",
    "workspaces": "identity.Workspaces",
}


class Workbench:
    """A connection to one workspace of a workbench. Use it in a `with` block, or `close()` it.

    `Workbench(url, token=…)` speaks to a server, `Workbench.embedded()` opens the workbench inside this process, and
    `Workbench.connect()` finds the nearest: WORKBENCH_URL, the server running on this home, or embedded.
    """

    audit: Audit
    catalogs: Catalogs
    exports: Exports
    governance: Governance
    jobs: Jobs
    labels: Labels
    labelsets: Labelsets
    lineage: Lineage
    me: Myself
    members: Members
    models: Models
    review: Review
    sheets: Sheets
    tables: Tables
    templates: Templates
    tokens: Tokens
    training_sheets: TrainingSheets
    volumes: Volumes
    workspaces: Workspaces

    def __init__(self, url: str, *, token: str | None = None, workspace: str | None = None) -> None:
        self._way = transport.to_url(url, token, workspace)

    @classmethod
    def embedded(cls, home: Path | str | None = None, *, workspace: str | None = None, **settings: Any) -> Self:
        """The workbench of a folder, opened in-process; its jobs run here unless another worker already does."""
        return cls._over(transport.to_embedded(home, workspace, **settings))

    @classmethod
    def connect(
        cls,
        home: Path | str | None = None,
        *,
        url: str | None = None,
        token: str | None = None,
        workspace: str | None = None,
    ) -> Self:
        """The nearest workbench: WORKBENCH_URL with WORKBENCH_TOKEN, else this home's server, else embedded.

        `url`, `token` and `workspace` win over the environment; without a token this machine's own is used.
        """
        return cls._over(transport.to_nearest(home, url=url, token=token, workspace=workspace))

    @classmethod
    def _over(cls, way: transport.Way) -> Self:
        made = cls.__new__(cls)
        made._way = way
        return made

    def __getattr__(self, name: str) -> Any:
        # Parts are loaded when they are first used: most programs need few of them.
        if name not in PARTS:
            raise AttributeError(f"A workbench has no {name!r}; it has {', '.join(PARTS)}.")
        part = load_part(name)(self._way.http)
        setattr(self, name, part)
        return part

    def __repr__(self) -> str:
        return f"<Workbench at {self.address}>"

    @property
    def address(self) -> str:
        """Where this connection leads: a URL, or the folder of an embedded workbench."""
        return self._way.address

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI document of the API."""
        return self._way.http.get("/openapi.json", dict[str, Any])

    def close(self) -> None:
        """Ends the connection; an embedded workbench stops its worker, whose jobs go on when it is opened again."""
        self._way.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def load_part(name: str) -> Any:
    """The class of a part."""
    module, _, kind = PARTS[name].partition(".")
    return getattr(import_module(f"workbench.sdk.{module}"), kind)
