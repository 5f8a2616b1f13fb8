"""The bandit game in a page opened from disk: played by keyboard, on a phone, in the dark, without scripts."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from companion.fast_learners import rl2
from companion.widgets.bandit_game import bandit_game
from tests.browser.leaf import Leaf

LEAF = Leaf("bandit")
LIMIT = 150_000  # bytes that a page loads for the piece, weights included


@pytest.fixture(scope="module")
def html() -> str:
    """The piece with an untrained learner."""
    return bandit_game(rl2.FastLearner(4, 19, torch.Generator().manual_seed(2))).html


@pytest.fixture
def game(chromium: Browser, tmp_path: Path, html: str) -> Iterator[Page]:
    """A page with the piece, opened from disk, its exact player solved; nothing may go wrong in it."""
    with LEAF.opening(chromium, tmp_path / "site") as opened:
        page = opened(html)
        caption = page.locator(".bandit caption")
        expect(caption).to_contain_text("The exact player expects 14.04", timeout=20_000)
        yield page


def columns(page: Page, kind: str) -> list[str]:
    """The columns of a strip, as text that tells them apart."""
    shades = "cells => cells.map(cell => cell.getAttribute('fill-opacity')).join()"
    return [
        column.locator("rect").evaluate_all(shades) for column in page.locator(f".strip-of.{kind} g").all()
    ]


def test_a_bandit_is_played_by_keyboard_alone(game: Page) -> None:
    page = game
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Pull arm A")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Pull 1: A")
    for key in "23" + "4" * 17:
        page.keyboard.press(key)
    expect(page.get_by_role("status")).to_contain_text("The bandit is played.")
    filled = page.locator(".player").first.locator("i.paid").count()
    expect(page.locator(".total").first).to_have_text(str(filled))
    assert page.locator(".player").first.locator("i").count() == 20
    page.keyboard.press("1")  # one too many
    assert page.locator(".player").first.locator("i").count() == 20
    expect(page.locator(".bandit-averages tbody tr").first).to_contain_text(f"{filled}.00")
    assert len(set(columns(page, "context"))) > 10  # its state has moved
    assert len(set(columns(page, "weights"))) == 1  # its weights have not
    page.keyboard.press("n")
    expect(page.locator(".bandit-head")).to_contain_text("Bandit 2")
    expect(page.locator(".bandit-head")).to_contain_text("20 pulls left")


def test_wiping_its_state_makes_the_network_play_every_pull_alike(game: Page) -> None:
    game.get_by_role("button", name="Pull arm safe").focus()
    for _ in range(6):
        game.keyboard.press("4")
    assert len(set(columns(game, "context"))) > 3
    game.get_by_label("wipe the network's state").check()
    assert len(columns(game, "context")) == 7
    assert len(set(columns(game, "context"))) == 1


def test_the_machines_play_a_thousand_bandits_and_stop_when_told(game: Page) -> None:
    machines = game.locator(".bandit-controls button").nth(1)
    machines.click()
    machines.click()
    stopped = int(game.locator(".bandit-averages thead th").nth(2).inner_text().strip("more ()"))
    assert stopped < 1000
    machines.click()
    expect(game.get_by_role("status")).to_have_text(
        f"The machines have played {stopped + 1000} bandits.", timeout=30_000
    )


def test_a_seed_repeats_its_bandits(game: Page) -> None:
    def dots() -> str:
        for _ in range(20):
            game.get_by_role("button", name="Pull arm B").press("2")
        return game.locator(".roll").first.get_attribute("aria-label") or ""

    seen = dots()
    game.get_by_label("seed").fill("8")
    game.get_by_label("seed").press("Enter")
    other = dots()
    game.get_by_label("seed").fill("7")
    game.get_by_label("seed").press("Enter")
    assert dots() == seen != other


def test_covered_pulls_show_when_the_bandit_is_played(game: Page) -> None:
    game.get_by_label("cover their pulls").check()
    pull = game.get_by_role("button", name="Pull arm C")
    pull.press("3")
    theirs = game.locator(".machine .roll i").first
    expect(theirs).to_be_hidden()
    for _ in range(19):
        pull.press("3")
    expect(theirs).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_fits_a_phone_and_keeps_nobody_out(game: Page, theme: str) -> None:
    game.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
    for key in "1234":
        game.get_by_role("button", name="Pull arm A").press(key)
    game.set_viewport_size({"width": 390, "height": 900})
    game.wait_for_timeout(300)
    assert game.evaluate("document.documentElement.scrollWidth") == 390
    heights = game.locator(".side button").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect().height)"
    )
    assert min(heights) >= 40
    found = Axe().run(game, options={"preload": False}).response["violations"]
    assert [(rule["id"], node["html"]) for rule in found for node in rule["nodes"]] == []


def test_nothing_moves_for_a_reader_who_asked_for_calm(game: Page) -> None:
    game.emulate_media(reduced_motion="reduce")
    game.get_by_role("button", name="Pull arm A").press("1")
    mark = game.locator(".roll i").first
    assert mark.evaluate("dot => getComputedStyle(dot).animationName") == "none"


def test_without_scripts_a_sentence_and_a_table_stand_in_its_place(
    chromium: Browser, tmp_path: Path, html: str
) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(LEAF.write(tmp_path / "site", html).as_uri())
    expect(page.get_by_text("With scripts on")).to_be_visible()
    expect(page.locator("[data-live] tbody tr")).to_have_count(3)
    context.close()


def test_it_is_light(tmp_path: Path, html: str) -> None:
    assert LEAF.weight(LEAF.write(tmp_path / "site", html)) < LIMIT
