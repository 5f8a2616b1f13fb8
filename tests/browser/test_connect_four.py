"""Connect Four in a page opened from disk: played by keyboard and by hand, on a phone, in the dark, without scripts."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from companion.alphazero.network import NetworkSettings, new_network
from companion.games.board import CONNECT_FOUR
from companion.widgets import pieces
from companion.widgets.connect_four_game import connect_four_game
from tests.browser.leaf import Leaf

LEAF = Leaf("connect_four")
SMALL = NetworkSettings(channels=8, blocks=1, hidden=16)
NETWORKS = {name: new_network(CONNECT_FOUR, SMALL, seed) for seed, name in enumerate(("early", "late"))}
LIMIT = 720_000  # bytes that a page loads for the piece with three networks, weights included


@pytest.fixture
def opened(chromium: Browser, tmp_path: Path) -> Iterator[Callable[[str], Page]]:
    """Open a page with this HTML from disk; nothing may go wrong in it."""
    with LEAF.opening(chromium, tmp_path / "site") as go:
        yield go


@pytest.fixture
def game(opened: Callable[[str], Page]) -> Page:
    """A page with the piece, 8 simulations before each move."""
    page = opened(connect_four_game(NETWORKS, simulations=8).html)
    expect(status(page)).to_contain_text("A new game. Your move.")
    return page


def status(page: Page | Locator) -> Locator:
    return page.get_by_role("status")


def column(page: Page | Locator, number: int) -> Locator:
    return page.locator(".column").nth(number - 1)


def stones(page: Page | Locator) -> int:
    return page.locator(".column :is(.yours, .theirs)").count()


def bars(page: Page | Locator) -> str:
    return page.locator(".bars").get_attribute("aria-label") or ""


def test_a_game_is_played_by_keyboard_alone(game: Page) -> None:
    game.keyboard.press("Tab")
    expect(column(game, 4)).to_be_focused()
    game.keyboard.press("ArrowLeft")
    game.keyboard.press("Enter")
    expect(column(game, 3)).to_have_accessible_name(re.compile(r"Column 3: you"))
    expect(status(game)).to_contain_text("The network plays column")
    expect(game.locator(".four-head strong")).to_have_text("Your move")
    assert stones(game) == 2
    game.keyboard.press("End")
    expect(column(game, 7)).to_be_focused()
    game.keyboard.press("1")
    expect(column(game, 1)).to_have_accessible_name(re.compile(r"Column 1:.* you"))
    game.keyboard.press("z")
    expect(status(game)).to_contain_text("Taken back.")
    assert stones(game) == 2
    game.keyboard.press("n")
    expect(status(game)).to_contain_text("A new game.")
    assert stones(game) == 0


def test_it_is_not_your_turn_while_the_network_moves(game: Page) -> None:
    column(game, 4).press("4")
    column(game, 4).press("4")
    assert stones(game) == 1
    expect(game.locator(".four-head strong")).to_have_text("The network’s turn")
    expect(column(game, 1)).to_have_attribute("aria-disabled", "true")
    expect(game.locator(".four-head strong")).to_have_text("Your move")
    assert stones(game) == 2


def test_a_new_game_ends_what_the_network_was_about_to_do(game: Page) -> None:
    column(game, 4).press("4")
    game.get_by_role("button", name="You begin").click()
    game.wait_for_timeout(1000)
    assert stones(game) == 0


def test_the_network_may_begin(game: Page) -> None:
    game.get_by_role("button", name="It begins").click()
    expect(game.locator(".column .theirs")).to_have_count(1)
    expect(game.get_by_role("button", name="Take back")).to_have_attribute("aria-disabled", "true")
    expect(game.locator(".four-head strong")).to_have_text("Your move")


def test_who_moves_for_both_sides_can_win_and_take_it_back(game: Page) -> None:
    game.get_by_label("I move for both sides").check()
    for key in "4142434":
        column(game, 4).press(key)
    expect(game.locator(".four-head strong")).to_have_text("You win")
    expect(status(game)).to_have_text("You play column 4. You win.")
    expect(game.locator(".in-line")).to_have_count(4)
    assert "the game is over" in bars(game)
    column(game, 4).press("5")
    assert stones(game) == 7
    column(game, 4).press("z")
    assert stones(game) == 6
    expect(game.locator(".answer.context .where")).to_have_text("4")  # even 8 simulations see the win
    game.get_by_label("blind search").check()
    expect(game.locator(".answer.context .where")).not_to_have_text("4")
    game.get_by_role("button", name="Let it move").click()
    assert stones(game) == 7


def test_a_full_column_takes_no_stone(game: Page) -> None:
    game.get_by_label("I move for both sides").check()
    for _ in range(6):
        column(game, 2).click()
    column(game, 4).press("2")
    expect(status(game)).to_have_text("Column 2 is full.")
    expect(column(game, 2)).to_have_accessible_name(re.compile("full"))
    assert stones(game) == 6


def test_controls_change_what_is_thought_of_the_same_position(game: Page) -> None:
    expect(status(game)).to_contain_text("Value for you")
    seen = bars(game)
    game.get_by_role("combobox", name="Network").select_option("early")
    expect(game.locator(".bars")).not_to_have_attribute("aria-label", seen)
    assert "search" in bars(game)
    game.get_by_label("0", exact=True).check()
    expect(game.locator(".four-verdict")).to_contain_text("Without a search the weights alone move")
    assert "search" not in bars(game)
    expect(game.locator(".bar.context b").first).to_have_text("")
    game.get_by_label("512", exact=True).check()
    expect(game.locator(".four-verdict")).to_contain_text("search", timeout=20_000)


def test_heights_of_bars_are_shares(game: Page) -> None:
    heights = "all => all.map(bar => parseFloat(bar.style.height))"
    for kind in ("weights", "context"):
        assert abs(sum(game.locator(f".bar.{kind}").evaluate_all(heights)) - 100) < 0.5


def test_a_long_search_leaves_the_page_awake_and_gives_way(opened: Callable[[str], Page]) -> None:
    network = new_network(CONNECT_FOUR, NetworkSettings(channels=64, blocks=6), 1)
    page = opened(connect_four_game({"large": network}, simulations=0).html)
    page.get_by_label("512", exact=True).check()
    expect(page.locator(".four-verdict")).to_contain_text("Searching")
    gap = page.evaluate("""async () => {
        let longest = 0, last = performance.now();
        for (let i = 0; i < 20; i++) {
            await new Promise((next) => setTimeout(next));
            longest = Math.max(longest, performance.now() - last);
            last = performance.now();
        }
        return longest;
    }""")
    assert gap < 300  # a few evaluations of a network eight times as large, on a busy machine
    expect(page.locator(".four-verdict")).to_contain_text("Searching")
    page.get_by_label("0", exact=True).check()
    expect(page.locator(".four-verdict")).to_contain_text("Without a search")


def test_two_games_on_a_page_share_their_networks_and_nothing_else(opened: Callable[[str], Page]) -> None:
    first = connect_four_game(NETWORKS, simulations=8).html
    second = connect_four_game(NETWORKS, simulations=0, opening="44").html
    page = opened(pieces.shared_once(first + second))
    one, other = page.locator(".four").nth(0), page.locator(".four").nth(1)
    assert (stones(one), stones(other)) == (0, 2)
    column(one, 1).press("1")
    expect(one.locator(".theirs")).to_have_count(1)
    assert (stones(one), stones(other)) == (2, 2)
    other.get_by_label("8", exact=True).check()
    expect(one.get_by_label("8", exact=True)).to_be_checked()
    column(other, 1).press("n")
    assert stones(other) == 2


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1200])
def test_it_fits_a_phone_and_keeps_nobody_out(game: Page, theme: str, width: int) -> None:
    game.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
    column(game, 4).press("4")
    expect(game.locator(".column .theirs")).to_have_count(1)
    game.set_viewport_size({"width": width, "height": 900})
    game.wait_for_timeout(400)
    assert game.evaluate("document.documentElement.scrollWidth") == width
    boxes = game.locator(".column").evaluate_all("all => all.map(one => one.getBoundingClientRect().width)")
    assert min(boxes) >= 44
    found = Axe().run(game, options={"preload": False}).response["violations"]
    assert [(rule["id"], node["html"]) for rule in found for node in rule["nodes"]] == []


def test_nothing_moves_for_a_reader_who_asked_for_calm(game: Page) -> None:
    game.emulate_media(reduced_motion="reduce")
    column(game, 4).press("4")
    last = game.locator(".column .last")
    assert last.evaluate("stone => getComputedStyle(stone).animationName") == "none"


def test_without_scripts_a_sentence_and_a_table_stand_in_its_place(chromium: Browser, tmp_path: Path) -> None:
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 390, "height": 900})
    page = context.new_page()
    page.goto(LEAF.write(tmp_path / "site", connect_four_game(NETWORKS, simulations=8).html).as_uri())
    expect(page.get_by_text("With scripts on")).to_be_visible()
    expect(page.locator("[data-live] tbody tr")).to_have_count(4)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    context.close()


def test_it_is_light(tmp_path: Path) -> None:
    networks = {str(seed): new_network(CONNECT_FOUR, NetworkSettings(), seed) for seed in range(3)}
    page = LEAF.write(tmp_path / "site", connect_four_game(networks, simulations=0).html)
    assert LEAF.weight(page) < LIMIT
