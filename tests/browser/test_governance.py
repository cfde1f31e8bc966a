"""Governance in a real browser: a waiver from its grant to its end, the default, and who may not."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, Route, expect
from tests.browser.conftest import Server

from workbench.demo import making

Open = Callable[..., Page]
Check = Callable[[Page], None]


def test_pages_are_accessible(open_as: Open, accessible: Check) -> None:
    page = open_as("governor", "/governance")
    for tab in ("Waivers", "Tags", "Organisation default", "Exits"):
        page.get_by_role("navigation", name="Parts of governance").get_by_role("link", name=tab).click()
        expect(page.get_by_role("link", name=tab)).to_have_attribute("aria-current", "page")
        accessible(page)


def test_a_waiver_is_granted_and_revoked(open_as: Open, server: Server) -> None:
    with server.sdk() as wb:
        source = making.schema(wb, "clinic", "Invented visits.")
    page = open_as("governor", "/governance?tab=waivers")
    page.get_by_role("button", name="Grant a waiver").click()
    page.get_by_label("Source").fill(source)
    page.get_by_label("validation").check()
    page.get_by_label("Reason").fill("Agreement 7 with the sample clinic")
    page.get_by_role("button", name="Grant the waiver").click()
    row = page.get_by_role("row", name=re.compile("Agreement 7"))
    expect(row).to_contain_text("stands")
    row.get_by_role("button", name=re.compile("Actions for")).click()
    page.get_by_role("menuitem", name="Revoke").click()
    page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    expect(row).to_contain_text("revoked")


def test_what_a_labelset_gives_is_narrowed_with_a_reason(open_as: Open, server: Server, accessible: Check) -> None:
    with server.sdk() as wb:
        made = wb.labelsets.create("smells", "text", "Smells")
    page = open_as("governor", f"/labelsets/{made.id}?tab=usage")
    page.get_by_role("button", name="Narrow", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Save")).to_be_disabled()
    dialog.get_by_label("few-shot").check()
    accessible(page)
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_text("Say why.")).to_be_visible()
    dialog.get_by_label("Reason").fill("Contract 12")
    dialog.get_by_role("button", name="Save").click()
    constraints = page.get_by_role("region", name="Usage constraints")
    expect(constraints).to_contain_text(re.compile("Prohibits.*few-shot.*Contract 12.*Testa Governor"))


def test_the_window_that_narrows_starts_from_what_holds_now(open_as: Open, server: Server) -> None:
    with server.sdk() as wb:
        made = wb.labelsets.create("sounds", "text", "Sounds")
        page = open_as("governor", f"/labelsets/{made.id}?tab=usage")
        narrow = page.get_by_role("button", name="Narrow", exact=True)
        expect(narrow).to_be_visible()
        held: list[Route] = []
        page.route("**/governance/constraints/**", lambda route: held.append(route))
        wb.governance.set_constraints(
            "labelset", made.id, version=0, prohibited_uses=["training"], reason="Said meanwhile"
        )
    with page.expect_request("**/governance/constraints/**"):
        narrow.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("few-shot").check()  # before it is known what holds
    for route in held:
        route.continue_()
    page.unroute("**/governance/constraints/**")
    expect(dialog.get_by_label("Reason")).to_have_value("Said meanwhile")
    expect(dialog.get_by_label("training")).to_be_checked()
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)
    constraints = page.get_by_role("region", name="Usage constraints")
    expect(constraints).to_contain_text(re.compile("Prohibits.*training.*few-shot.*Said meanwhile"))


def test_catalogs_and_schemas_are_tagged(open_as: Open, server: Server) -> None:
    with server.sdk() as wb:
        wb.catalogs.create("vault")
        wb.catalogs.create_schema("vault", "papers")
    page = open_as("governor", "/data/catalog/vault.papers")
    for tags, tag in (("Tags of vault", "CONFIDENTIAL"), ("Tags", "PHI")):
        page.get_by_role("button", name=tags, exact=True).click()
        page.get_by_role("button", name=tag, exact=True).click()
        page.get_by_role("button", name="Save tags").click()
        expect(page.get_by_role("dialog")).to_have_count(0)
    header = page.get_by_role("main")
    for said in ("restricted", "CONFIDENTIAL", "PHI"):
        expect(header.get_by_text(said, exact=True)).to_be_visible()


def test_the_default_is_changed_by_governors_alone(open_as: Open) -> None:
    page = open_as("governor", "/governance?tab=default")
    page.get_by_label("Reason").fill("As the sample council decided")
    page.get_by_role("button", name="Save the default").click()
    expect(page.get_by_text(re.compile("Set by Testa Governor"))).to_be_visible()
    reader = open_as("engineer", "/governance?tab=default")
    expect(reader.get_by_text("Only governors and admins change it.")).to_be_visible()
    expect(reader.get_by_role("button", name="Save the default")).to_have_count(0)
