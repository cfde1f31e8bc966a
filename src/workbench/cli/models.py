"""`workbench models`: models that may be called, and what each may see."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from workbench.cli import names
from workbench.cli.frame import Limit, Search, Yes, confirm, noun, verb
from workbench.cli.show import Listing, Said, columns

if TYPE_CHECKING:
    from workbench.sdk import Workbench

app = noun("Models that may be called, and what each may see.")

Name = Annotated[str, typer.Argument(help="The model's name or id.", metavar="MODEL")]
BaseUrl = Annotated[str | None, typer.Option(help="Its address up to /v1.")]
ModelName = Annotated[str | None, typer.Option("--model", help="What the endpoint calls the model.")]
KeyName = Annotated[str | None, typer.Option(help="Environment variable WORKBENCH_KEY_… that holds its key.")]
Level = Annotated[str | None, typer.Option(help="Highest classification that is sent to it.")]
Concurrency = Annotated[int | None, typer.Option(min=1, help="Calls at the same time.")]
Timeout = Annotated[int | None, typer.Option(min=1, help="Seconds one call may take.")]
Images = Annotated[bool | None, typer.Option("--images/--no-images", help="Whether it takes images.")]


@verb(app, "list")
def list_models(
    wb: "Workbench",
    search: Search = None,
    kind: Annotated[str | None, typer.Option(help="openai_compatible or nearest_label.")] = None,
    enabled: Annotated[
        bool | None, typer.Option("--enabled/--disabled", help="Only those switched on, or off.")
    ] = None,
    limit: Limit = 50,
) -> Listing:
    """Models by name."""
    shown = columns("name kind model base_url up_to=max_classification key_is_set enabled")
    found = wb.models.list(search=search, kind=kind, enabled=enabled).take(limit)
    return Listing(found, shown, "No models yet: add one with `workbench models add`.")


@verb(app, "show")
def show_model(wb: "Workbench", model: Name) -> Any:
    """One model."""
    return wb.models.get(names.model(wb, model).id)


@verb(app, "add")
def add_model(
    wb: "Workbench",
    name: Annotated[str, typer.Argument(help="What to call it.")],
    kind: Annotated[str, typer.Option(help="openai_compatible, or nearest_label, which needs nothing else.")],
    base_url: BaseUrl = None,
    model: ModelName = None,
    key_name: KeyName = None,
    max_classification: Level = None,
    concurrency: Concurrency = None,
    timeout: Timeout = None,
    images: Images = None,
) -> Any:
    """Add a model that may be called."""
    fields = _given(base_url, model, key_name, max_classification, concurrency, timeout, images)
    return wb.models.add(name, kind, **fields)


@verb(app, "change")
def change_model(
    wb: "Workbench",
    model: Name,
    name: Annotated[str | None, typer.Option(help="Its new name.")] = None,
    base_url: BaseUrl = None,
    model_name: ModelName = None,
    key_name: KeyName = None,
    max_classification: Level = None,
    concurrency: Concurrency = None,
    timeout: Timeout = None,
    images: Images = None,
    enabled: Annotated[bool | None, typer.Option("--enable/--disable", help="Switch it on or off.")] = None,
) -> Any:
    """Change a model's settings; what is left out stays."""
    found = names.model(wb, model)
    fields = _given(base_url, model_name, key_name, max_classification, concurrency, timeout, images)
    extra = {key: value for key, value in (("name", name), ("enabled", enabled)) if value is not None}
    return wb.models.change(found.id, version=found.version, **fields, **extra)


@verb(app, "remove")
def remove_model(wb: "Workbench", model: Name, yes: Yes = False) -> Said:
    """Remove a model."""
    found = names.model(wb, model)
    confirm(f"Remove the model {found.name}?", yes)
    wb.models.remove(found.id, version=found.version)
    return Said(f"The model {found.name} is removed.")


@verb(app, "try")
def try_model(
    wb: "Workbench",
    model: Name,
    prompt: Annotated[str | None, typer.Argument(help="What to say to it; a harmless word when absent.")] = None,
) -> Any:
    """Call a model once and tell what came of it."""
    return wb.models.try_once(names.model(wb, model).id, prompt)


def _given(*values: Any) -> dict[str, Any]:
    fields = (
        "base_url", "model", "key_name", "max_classification", "concurrency", "timeout_seconds", "takes_images",
    )  # fmt: skip
    return {field: value for field, value in zip(fields, values, strict=True) if value is not None}
