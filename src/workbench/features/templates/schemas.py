"""Wire shapes of templates: their versions, how they fit a sheet, and trying them on items."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, StringConstraints

from workbench.kernel.schema import Change, Schema
from workbench.kernel.vocabulary import AssetState

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\x00]*$")]
Text = Annotated[str, StringConstraints(max_length=20_000, pattern=r"^[^\x00]*$")]
Source = Annotated[str, StringConstraints(max_length=50_000, pattern=r"^[^\x00]*$")]
Number = Annotated[str, StringConstraints(pattern=r"^\d{1,6}\.\d{1,6}\.\d{1,6}$")]

MAX_TRIED = 20  # items of one trial


class Bump(StrEnum):
    """Which part of the version number a publication raises."""

    MAJOR = "major"
    MINOR = "minor"
    PATCH = "patch"


class ModelSettings(Schema):
    """Which model answers the prompt, and how. Without an endpoint the template is for people and columns."""

    endpoint_id: UUID | None = None
    temperature: float | None = Field(None, ge=0, le=2)
    max_tokens: int | None = Field(None, ge=1, le=1_000_000)


class PromptProblem(Schema):
    """What is wrong with a prompt: in which text (`system_prompt`, `user_prompt`), on which line, and what to do."""

    field: str
    line: int | None
    message: str
    fix: str | None


class TemplateVersion(Schema):
    """One semantic version of a template. `variables` are the item fields it reads, `image_fields` those it shows to
    the model as images. `problems` keep a draft from being published; `suggested` is the part of the version number
    that its changes ask for.
    """

    id: UUID
    template_id: UUID
    number: str
    state: AssetState
    label_type: str
    labelset_version_id: UUID
    labelset_version: int
    system_prompt: str
    user_prompt: str
    variables: list[str]
    image_fields: list[str]
    model: ModelSettings
    notes: str
    problems: list[PromptProblem] = []
    suggested: Bump | None = None
    created_by_name: str
    created_at: datetime
    published_at: datetime | None
    version: int


class Template(Schema):
    """A prompt by name. `published` is its newest published version's number, `draft` its draft's."""

    id: UUID
    name: str
    description: str
    labelset_id: UUID
    label_type: str
    archived: bool
    published: str | None
    published_id: UUID | None
    draft: str | None
    draft_id: UUID | None
    created_by_name: str
    created_at: datetime
    changed_at: datetime
    version: int


class TemplateIn(Schema):
    """A new template; its first version is a draft with this content. `label_type` names the labelset that its answers
    belong to, in the newest published version unless `labelset_version` says otherwise."""

    name: Name
    description: Text = ""
    label_type: str = Field(max_length=100)
    labelset_version: int | None = None
    system_prompt: Source = ""
    user_prompt: Source = ""
    model: ModelSettings = ModelSettings()
    notes: Text = ""


class TemplateChange(Change):
    """New name or description; what is left out stays."""

    name: Name | None = None
    description: Text | None = None


class TemplateCopy(Schema):
    """Name of a duplicate, and the version it begins with: the newest unless `number` says otherwise."""

    name: Name
    number: Number | None = None


class TemplateDraftChange(Change):
    """New content of a draft; what is left out stays. `labelset_version` is the number of a published one."""

    labelset_version: int | None = None
    system_prompt: Source | None = None
    user_prompt: Source | None = None
    model: ModelSettings | None = None
    notes: Text | None = None


class Publish(Change):
    """Publishes a draft as the next major, minor or patch version; as suggested when `bump` is left out."""

    bump: Bump | None = None


class LineChange(Schema):
    """One line of a comparison: `sign` is "+" for new, "-" for gone, " " for the same."""

    sign: str
    text: str


class TemplateDiff(Schema):
    """What changed from version `before` to `after`. Prompts are compared line by line; equal ones are empty lists."""

    before: str
    after: str
    system_prompt: list[LineChange]
    user_prompt: list[LineChange]
    variables_added: list[str]
    variables_removed: list[str]
    labelset_versions: tuple[int, int] | None
    model_before: ModelSettings | None
    model_after: ModelSettings | None


class FitProblem(Schema):
    """One variable that a sheet cannot fill; `lines[].amount` is one field of each element of a list."""

    variable: str
    message: str
    fix: str | None


class TemplateCheck(Schema):
    """Whether a sheet has every field that a template reads. `unused` are the sheet's fields it does not read."""

    fits: bool
    problems: list[FitProblem]
    unused: list[str]


class TemplateTrial(Schema):
    """Items to try a template on: those named, else the first `count` of the sheet. `system_prompt` and `user_prompt`
    replace the saved ones, so that a draft can be tried while it is typed. With `ask`, the template's model answers."""

    sheet_id: UUID
    sheet_version: int | None = None
    item_refs: list[str] | None = Field(None, max_length=MAX_TRIED)
    count: int = Field(3, ge=1, le=MAX_TRIED)
    system_prompt: Source | None = None
    user_prompt: Source | None = None
    ask: bool = False


class TrialAnswer(Schema):
    """What the model said: its own words, and the answer they spell in the labelset's terms, rendered as a target turn.
    `problems` say why they are no answer."""

    text: str | None
    value: Any
    rendered: str | None
    confidence: float | None
    problems: list[str]


class TriedItem(Schema):
    """A template on one item: its turns, or why it cannot be rendered; and the model's answer when it was asked."""

    item_ref: str
    messages: list[dict[str, Any]] | None
    problem: PromptProblem | None
    answer: TrialAnswer | None


class TrialResult(Schema):
    """A template on some items. `withheld` says why nothing is shown, `not_asked` why the model was not asked."""

    items: list[TriedItem]
    withheld: str | None
    not_asked: str | None
