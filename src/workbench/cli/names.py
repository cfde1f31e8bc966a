"""Finding what a person means by a name or an id."""

from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches
from itertools import chain
from typing import TYPE_CHECKING, Any
from uuid import UUID

import typer

if TYPE_CHECKING:
    from workbench.features.generation.schemas import TrainingSheet
    from workbench.features.labels.schemas import Labelset
    from workbench.features.models.schemas import ModelEndpoint
    from workbench.features.sheets.schemas import Sheet
    from workbench.features.templates.schemas import Template
    from workbench.sdk import Workbench

PAIRS = "workbench training-sheets pairs TRAINING_SHEET"  # where their ids are shown
LABELS = "workbench labels list LABEL_TYPE"


def find(things: Callable[[str], Iterable[Any]], text: str, what: str, *, name: str = "name") -> Any:
    """The one thing with this exact name or id. `things(text)` gives the candidates.

    Raises `NotFound`, naming what comes close, or `Conflict` when several have the name.
    """
    from workbench.sdk import Conflict, NotFound

    candidates = list(things("" if is_id(text) else text))
    matches = [thing for thing in candidates if text in (str(thing.id), getattr(thing, name))]
    if len(matches) == 1:
        return matches[0]
    if matches:
        ids = ", ".join(str(thing.id) for thing in matches)
        raise Conflict(f"{len(matches)} {what}s are called {text!r}.", fix=f"Say which by its id: {ids}.")
    names = [getattr(thing, name) for thing in (candidates or things(""))]
    near = get_close_matches(text, names, n=3, cutoff=0.4)
    known = f"Did you mean {', '.join(near)}?" if near else f"There are: {', '.join(names[:8]) or 'none yet'}."
    raise NotFound(f"There is no {what} {text!r}.", field=what, fix=known)


def is_id(text: str) -> bool:
    """Whether a text is an id rather than a name."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def an_id(command: str) -> Callable[[str], UUID]:
    """Reads an argument that is an id. Where it is none, the refusal names the `command` that shows the ids."""

    def read(text: str) -> UUID:
        if not is_id(text):
            raise typer.BadParameter(f"{text!r} is not an id.\n  fix:   `{command}` shows the ids.")
        return UUID(text)

    return read


def subject(wb: "Workbench", kind: str, text: str, kinds: Sequence[str]) -> UUID:
    """The id of a thing of one of these kinds: some go by their name as well. Raises `Invalid` for other kinds."""
    from workbench.sdk import Invalid

    if kind not in kinds:
        there_are = f"It has to be one of {', '.join(kinds)}."
        raise Invalid(f"{kind!r} is not a kind of thing here.", field="kind", fix=there_are)
    if is_id(text):
        return UUID(text)
    named: dict[str, Callable[..., Any]] = {"sheet": sheet, "labelset": labelset, "training-sheet": training_sheet}
    if kind in named:
        found: UUID = named[kind](wb, text).id
        return found
    shows = PAIRS if kind == "pair" else LABELS
    raise Invalid(f"{text!r} is not the id of a {kind}.", field=kind, fix=f"`{shows}` shows the ids.")


def template(wb: "Workbench", text: str) -> "Template":
    """The template with this name or id."""
    if is_id(text):
        return wb.templates.get(UUID(text))
    found: Template = find(_even_archived(wb.templates.list), text, "template")
    return found


def model(wb: "Workbench", text: str) -> "ModelEndpoint":
    """The model endpoint with this name or id."""
    if is_id(text):
        return wb.models.get(UUID(text))
    found: ModelEndpoint = find(lambda part: wb.models.list(search=part or None), text, "model")
    return found


def sheet(wb: "Workbench", text: str) -> "Sheet":
    """The sheet with this name or id."""
    if is_id(text):
        return wb.sheets.get(UUID(text))

    def sheets(part: str) -> "Iterable[Sheet]":
        yield from wb.sheets.list(search=part or None)
        yield from wb.sheets.list(search=part or None, state="archived")

    found: Sheet = find(sheets, text, "sheet")
    return found


def labelset(wb: "Workbench", text: str) -> "Labelset":
    """The labelset with this label type or id."""
    if is_id(text):
        return wb.labelsets.get(UUID(text))
    found: Labelset = find(_even_archived(wb.labelsets.list), text, "labelset", name="label_type")
    return found


def training_sheet(wb: "Workbench", text: str) -> "TrainingSheet":
    """The training sheet with this name or id."""
    if is_id(text):
        return wb.training_sheets.get(UUID(text))
    found: TrainingSheet = find(_even_archived(wb.training_sheets.list), text, "training sheet")
    return found


def _even_archived(things: Callable[..., Iterable[Any]]) -> Callable[[str], Iterable[Any]]:
    return lambda part: chain(things(search=part or None), things(search=part or None, archived=True))
