"""The life of a template: drafts may be unfinished, what is published never changes, numbers say what changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session
from tests.studio import Studio

from workbench.features.labels import service as labels
from workbench.features.labels.schemas import LabelsetDraftChange
from workbench.features.templates import rules, service
from workbench.features.templates.schemas import (
    Bump,
    Publish,
    Template,
    TemplateChange,
    TemplateCopy,
    TemplateDraftChange,
    TemplateIn,
    TemplateVersion,
)
from workbench.features.templates.service.templates import TemplateNameTaken
from workbench.features.templates.service.versions import TemplateChanged, TemplateInvalid, TemplateNotPublished
from workbench.kernel.actor import Actor
from workbench.kernel.errors import Conflict, Invalid, NotFound
from workbench.kernel.ids import new_id
from workbench.kernel.vocabulary import AssetState


@pytest.fixture
def session(studio: Studio) -> Any:
    with studio.backends.database.session() as opened:
        yield opened


def make(session: Session, actor: Actor, user_prompt: str = "{{ text }}", **content: Any) -> Template:
    body = {"name": "Sorter", "label_type": "intent", "user_prompt": user_prompt, **content}
    return service.create_template(session, actor, TemplateIn.model_validate(body))


def draft_of(session: Session, actor: Actor, template_id: UUID) -> TemplateVersion:
    return service.list_template_versions(session, actor, template_id)[0]


def edit(session: Session, actor: Actor, template_id: UUID, **content: Any) -> TemplateVersion:
    version = draft_of(session, actor, template_id).version
    return service.change_template_draft(session, actor, template_id, TemplateDraftChange(version=version, **content))


def publish(session: Session, actor: Actor, template_id: UUID, bump: Bump | None = None) -> TemplateVersion:
    version = draft_of(session, actor, template_id).version
    return service.publish_template_draft(session, actor, template_id, Publish(version=version, bump=bump))


def test_it_begins_as_a_draft_that_knows_what_it_reads(studio: Studio, session: Session) -> None:
    made = make(session, studio.owner, "{{ text }} {{ image(shot) }}", system_prompt="{{ customer }}")
    assert (made.draft, made.published, made.label_type) == ("1.0.0", None, "intent")
    draft = draft_of(session, studio.owner, made.id)
    assert (draft.variables, draft.image_fields) == (["customer", "shot", "text"], ["shot"])
    assert (draft.state, draft.problems, draft.suggested) == (AssetState.DRAFT, [], None)


def test_an_unfinished_draft_is_kept_and_not_published(studio: Studio, session: Session) -> None:
    made = make(session, studio.owner, "")
    draft = edit(session, studio.owner, made.id, user_prompt="line\n{{ text ", system_prompt="{{ a | foo }}")
    assert draft.user_prompt == "line\n{{ text "
    assert draft.variables == []
    problem = draft.problems[0]
    assert (problem.field, problem.line) == ("system_prompt", 1)
    with pytest.raises(TemplateInvalid) as caught:
        publish(session, studio.owner, made.id)
    assert caught.value.field == "system_prompt"
    assert caught.value.details["problems"]


def test_what_is_published_never_changes(studio: Studio, session: Session) -> None:
    made = make(session, studio.owner)
    published = publish(session, studio.owner, made.id)
    assert (published.number, published.state) == ("1.0.0", AssetState.PUBLISHED)
    with pytest.raises(Conflict, match="never changes"):
        edit(session, studio.owner, made.id, user_prompt="{{ customer }}")
    with pytest.raises(Conflict, match="never changes"):
        publish(session, studio.owner, made.id)
    draft = service.start_template_draft(session, studio.owner, made.id)
    assert (draft.number, draft.user_prompt) == ("1.0.1", "{{ text }}")
    with pytest.raises(Conflict, match="has a draft already"):
        service.start_template_draft(session, studio.owner, made.id)
    assert service.get_template_version(session, studio.owner, made.id, "1.0.0") == published


CHANGES: list[tuple[dict[str, Any], Bump, str]] = [
    ({"notes": "Better words"}, Bump.PATCH, "1.0.1"),
    ({"user_prompt": " {{ text }}\n"}, Bump.PATCH, "1.0.1"),
    ({"model": {"temperature": 0.5}}, Bump.PATCH, "1.0.1"),
    ({"user_prompt": "Kindly sort: {{ text }}"}, Bump.MINOR, "1.1.0"),
    ({"system_prompt": "Be brief."}, Bump.MINOR, "1.1.0"),
    ({"user_prompt": "No field at all"}, Bump.MINOR, "1.1.0"),
    ({"user_prompt": "{{ text }} {{ customer }}"}, Bump.MAJOR, "2.0.0"),
]


@pytest.mark.parametrize(("content", "bump", "number"), CHANGES)
def test_the_number_says_what_changed(
    studio: Studio, session: Session, content: dict[str, Any], bump: Bump, number: str
) -> None:
    made = make(session, studio.owner)
    publish(session, studio.owner, made.id)
    service.start_template_draft(session, studio.owner, made.id)
    assert edit(session, studio.owner, made.id, **content).suggested is bump
    assert publish(session, studio.owner, made.id).number == number


def test_a_person_may_raise_another_part(studio: Studio, session: Session) -> None:
    made = make(session, studio.owner)
    publish(session, studio.owner, made.id, Bump.MAJOR)
    service.start_template_draft(session, studio.owner, made.id)
    assert publish(session, studio.owner, made.id, Bump.MAJOR).number == "2.0.0"
    service.start_template_draft(session, studio.owner, made.id)
    assert publish(session, studio.owner, made.id, Bump.MINOR).number == "2.1.0"


def test_another_labelset_version_is_a_major_change(studio: Studio, session: Session) -> None:
    made = make(session, studio.owner)
    publish(session, studio.owner, made.id)
    labelset_id = service.get_template(session, studio.owner, made.id).labelset_id
    fresh = labels.start_draft(session, studio.owner, labelset_id)
    changed = labels.change_draft(
        session, studio.owner, labelset_id, LabelsetDraftChange(version=fresh.version, instructions="Look twice.")
    )
    labels.publish_draft(session, studio.owner, labelset_id, changed.version)
    service.start_template_draft(session, studio.owner, made.id)
    assert edit(session, studio.owner, made.id, labelset_version=2).suggested is Bump.MAJOR
    diff = service.diff_template_versions(session, studio.owner, made.id, "1.0.0", "1.0.1")
    assert diff.labelset_versions == (1, 2)


def test_stale_changes_are_refused(studio: Studio, session: Session) -> None:
    made = make(session, studio.owner)
    edit(session, studio.owner, made.id, notes="mine")
    with pytest.raises(TemplateChanged):
        service.change_template_draft(session, studio.owner, made.id, TemplateDraftChange(version=1, notes="theirs"))
    with pytest.raises(TemplateChanged):
        service.change_template(session, studio.owner, made.id, TemplateChange(version=99, name="Other"))
    assert draft_of(session, studio.owner, made.id).notes == "mine"


def test_names_are_taken_once(studio: Studio, session: Session) -> None:
    made = make(session, studio.owner)
    with pytest.raises(TemplateNameTaken):
        make(session, studio.owner)
    other = make(session, studio.owner, name="Other")
    with pytest.raises(TemplateNameTaken):
        service.change_template(session, studio.owner, other.id, TemplateChange(version=other.version, name=made.name))
    with pytest.raises(TemplateNameTaken):
        service.duplicate_template(session, studio.owner, made.id, TemplateCopy(name="Other"))


def test_a_duplicate_begins_where_it_is_told(studio: Studio, session: Session) -> None:
    made = make(session, studio.owner, "first {{ text }}")
    publish(session, studio.owner, made.id)
    service.start_template_draft(session, studio.owner, made.id)
    edit(session, studio.owner, made.id, user_prompt="second {{ text }}")
    newest = service.duplicate_template(session, studio.owner, made.id, TemplateCopy(name="A"))
    older = service.duplicate_template(session, studio.owner, made.id, TemplateCopy(name="B", number="1.0.0"))
    assert draft_of(session, studio.owner, newest.id).user_prompt == "second {{ text }}"
    assert draft_of(session, studio.owner, older.id).user_prompt == "first {{ text }}"
    assert older.draft == "1.0.0"
    with pytest.raises(NotFound):
        service.duplicate_template(session, studio.owner, made.id, TemplateCopy(name="C", number="7.0.0"))


def test_only_what_was_never_published_can_be_deleted(studio: Studio, session: Session) -> None:
    made = make(session, studio.owner)
    with pytest.raises(Conflict, match="all there is"):
        service.discard_template_draft(session, studio.owner, made.id, 1)
    publish(session, studio.owner, made.id)
    now = service.get_template(session, studio.owner, made.id)
    with pytest.raises(Conflict, match="was published"):
        service.delete_template(session, studio.owner, made.id, now.version)
    draft = service.start_template_draft(session, studio.owner, made.id)
    service.discard_template_draft(session, studio.owner, made.id, draft.version)
    assert [each.number for each in service.list_template_versions(session, studio.owner, made.id)] == ["1.0.0"]
    spare = make(session, studio.owner, name="Spare")
    service.delete_template(session, studio.owner, spare.id, spare.version)
    with pytest.raises(NotFound):
        service.get_template(session, studio.owner, spare.id)


def test_archived_versions_start_nothing_new(studio: Studio, session: Session) -> None:
    made = make(session, studio.owner)
    published = publish(session, studio.owner, made.id)
    gone = service.archive_template_version(session, studio.owner, made.id, "1.0.0", published.version)
    assert gone.state is AssetState.ARCHIVED
    with pytest.raises(TemplateNotPublished):
        service.require_template_version(session, studio.owner, published.id, published=True)
    assert service.require_template_version(session, studio.owner, published.id).number == "1.0.0"
    with pytest.raises(Conflict):
        service.archive_template_version(session, studio.owner, made.id, "1.0.0", gone.version)


def test_a_list_is_searched_filtered_sorted_and_paged(studio: Studio, session: Session) -> None:
    studio.labelset("urgency")
    for name in ("Alpha", "beta", "Gamma 50%"):
        make(session, studio.owner, name=name)
    make(session, studio.owner, name="Delta", label_type="urgency")

    def names(**which: Any) -> list[str]:
        return [each.name for each in service.list_templates(session, studio.owner, **which).items]

    assert set(names()) == {"Alpha", "beta", "Gamma 50%", "Delta"}
    assert names(search="BETA") == ["beta"]
    assert names(search="50%") == ["Gamma 50%"]
    assert names(search="%") == ["Gamma 50%"]
    assert names(label_type="urgency") == ["Delta"]
    assert names(sort="newest")[0] == "Delta"
    for sort in ("name", "newest"):
        walked: list[str] = []
        cursor: str | None = None
        while True:
            page = service.list_templates(session, studio.owner, sort=sort, cursor=cursor, limit=1)
            walked += [each.name for each in page.items]
            cursor = page.next_cursor
            if cursor is None:
                break
        assert walked == names(sort=sort)
    with pytest.raises(Invalid, match="sorted"):
        names(sort="user_prompt")
    with pytest.raises(Invalid, match="cursor"):
        names(cursor="nonsense", sort="newest")
    alpha = next(each for each in service.list_templates(session, studio.owner).items if each.name == "Alpha")
    service.archive_template(session, studio.owner, alpha.id, alpha.version)
    assert "Alpha" not in names()
    assert "Alpha" in names(archived=None)


def test_templates_of_another_workspace_are_not_there(
    studio: Studio, session: Session, actor: Callable[..., Actor]
) -> None:
    made = make(session, studio.owner)
    session.commit()
    foreign = actor("admin", slug="other")
    with pytest.raises(NotFound):
        service.get_template(session, foreign, made.id)
    with pytest.raises(NotFound):
        service.require_template_version(session, foreign, made.draft_id or new_id())
    assert service.list_templates(session, foreign).items == []


def test_a_model_that_is_not_there_is_refused(studio: Studio, session: Session) -> None:
    with pytest.raises(NotFound, match="model endpoint"):
        make(session, studio.owner, model={"endpoint_id": str(new_id())})


def test_a_labelset_must_be_published(studio: Studio, session: Session) -> None:
    with pytest.raises(NotFound):
        make(session, studio.owner, label_type="nowhere")
    with pytest.raises((Conflict, NotFound)):
        make(session, studio.owner, labelset_version=9)


@given(st.tuples(*[st.integers(0, 999_999)] * 3), st.sampled_from(list(Bump)))
def test_numbers_grow(numbers: tuple[int, int, int], bump: Bump) -> None:
    assert rules.numbers_of(rules.spelled(numbers)) == numbers
    assert rules.raised(numbers, bump) > numbers


@pytest.mark.parametrize("text", ["", "1", "1.0", "1.0.0.0", "a.b.c", "1.-1.0", "1.0.0-beta", "١.٠.٠", "1.0.9999999"])
def test_what_is_no_number(text: str) -> None:
    with pytest.raises(Invalid):
        rules.numbers_of(text)
