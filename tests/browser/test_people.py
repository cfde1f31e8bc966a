"""Signing in, members, tokens, the audit trail and jobs, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser.conftest import PASSWORD, Server

Open = Callable[..., Page]


@pytest.mark.parametrize("path", ["/members", "/settings", "/audit", "/jobs"])
def test_pages_are_accessible(open_as: Open, accessible: Callable[[Page], None], path: str) -> None:
    page = open_as("admin", path)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    accessible(page)


def test_the_page_of_an_invitation_is_accessible(
    server: Server, browser: Browser, accessible: Callable[[Page], None]
) -> None:
    with server.sdk() as wb:
        link = wb.members.invite("new@sample.example", "viewer").link
    context = browser.new_context()
    page = context.new_page()
    page.goto(server.url + str(link))
    expect(page.get_by_role("button", name="Join")).to_be_visible()
    accessible(page)
    context.close()


def test_a_session_that_ends_asks_to_sign_in_and_comes_back_to_the_page(
    server: Server, browser: Browser, open_as: Open, accessible: Callable[[Page], None]
) -> None:
    open_as("viewer")  # so that the person exists
    context = browser.new_context()
    page = context.new_page()
    page.goto(server.url + "/settings")
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    accessible(page)
    page.get_by_label("Email").fill("viewer@sample.example")
    page.get_by_label("Password").fill("not this one, surely")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/w/[a-z0-9-]+/settings$"))
    context.close()


def test_a_used_sign_in_link_says_so(server: Server, browser: Browser, open_as: Open) -> None:
    open_as("admin")
    context = browser.new_context()
    page = context.new_page()
    page.goto(server.link)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    context.close()


def test_an_admin_invites_and_changes_a_member(open_as: Open) -> None:
    open_as("viewer")
    page = open_as("admin", "/members")
    page.get_by_role("button", name="Invite").click()
    page.get_by_label("Email").fill("new.person@sample.example")
    page.get_by_role("button", name="Make the link").click()
    expect(page.get_by_label("Invitation link")).to_have_value(re.compile(r"/invitation/"))
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_text("new.person@sample.example")).to_be_visible()
    page.get_by_role("button", name="Actions for Testa Viewer").click()
    page.get_by_role("menuitem", name="Role and clearance…").click()
    page.get_by_label("Clearance").select_option("confidential")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("row", name=re.compile("Testa Viewer"))).to_contain_text("confidential")


def test_a_viewer_is_offered_nothing_they_may_not_do(open_as: Open) -> None:
    page = open_as("viewer", "/members")
    expect(page.get_by_role("row", name=re.compile("Testa Viewer"))).to_be_visible()
    expect(page.get_by_role("button", name="Invite")).to_have_count(0)
    expect(page.get_by_role("link", name="Audit")).to_have_count(0)


def test_a_token_is_made_shown_once_and_revoked(open_as: Open) -> None:
    page = open_as("engineer", "/settings")
    page.get_by_role("button", name="New token").click()
    page.get_by_label("Name").last.fill("nightly sample")
    page.get_by_role("button", name="Make token").click()
    expect(page.get_by_label("Secret")).to_have_value(re.compile("^wb_"))
    page.get_by_role("button", name="Done").click()
    page.get_by_role("listitem").filter(has_text="nightly sample").get_by_role("button", name="Revoke").click()
    expect(page.get_by_text("nightly sample")).to_have_count(0)


def test_the_audit_chain_is_verified_on_demand(open_as: Open) -> None:
    page = open_as("admin", "/audit")
    page.get_by_role("button", name="Verify the chain").click()
    expect(page.get_by_text("The chain holds")).to_be_visible()


def test_the_palette_and_the_keys_open_by_keyboard(open_as: Open, accessible: Callable[[Page], None]) -> None:
    page = open_as("admin", "/settings")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.keyboard.press("Control+k")
    page.get_by_placeholder("Search or go to…").last.fill("memb")
    accessible(page)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/members$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Members")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    accessible(page)
