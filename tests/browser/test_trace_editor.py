"""The trace editor in a page opened from disk: by keyboard and by hand, on a phone, in the dark, without scripts."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect
from transformers import LlamaForCausalLM

from companion.reasoning.kept import WORD_TASK, policy
from companion.reasoning.recipe import WORD_PROBLEM
from companion.reasoning.word_problem import ARRANGEMENTS, WordProblem
from companion.transformer.model import ModelSettings
from companion.widgets import pieces
from companion.widgets.trace_editor import STEPS, trace_editor
from tests.browser.leaf import Leaf
from tests.reasoning.referee import arrangements_after, shuffled
from tests.transformer.models import awake

LEAF = Leaf("trace_editor")
LIMIT = 580_000  # bytes that a page loads for the piece with two policies, weights included
GIVEN = [ARRANGEMENTS[step] for step in STEPS]
RIGHT = arrangements_after(GIVEN)


@pytest.fixture(scope="module")
def policies() -> dict[str, LlamaForCausalLM]:
    """The prior and the trained policy, as a chapter shows them."""
    return {
        "prior": policy(WORD_PROBLEM, "base", 0).model,
        "trained": policy(WORD_PROBLEM, "rl", 0).model,
    }


@pytest.fixture
def opened(chromium: Browser, tmp_path: Path) -> Iterator[Callable[[str], Page]]:
    """Open a page with this HTML from disk; nothing may go wrong in it."""
    with LEAF.opening(chromium, tmp_path / "site") as go:
        yield go


@pytest.fixture
def editor(opened: Callable[[str], Page], policies: dict[str, LlamaForCausalLM]) -> Page:
    """A page with the piece; the trained policy has written."""
    page = opened(trace_editor(policies, WORD_TASK).html)
    expect(status(page)).to_contain_text("It is right.")
    return page


def status(page: Page | Locator) -> Locator:
    return page.get_by_role("status")


def step(page: Page | Locator, number: int) -> Locator:
    return page.locator(".said").nth(number - 1)


def permutation(page: Page | Locator, number: int) -> Locator:
    return page.locator(".given").nth(number - 1)


def trace(page: Page | Locator) -> list[str]:
    return page.locator(".step:not([hidden]) .said").all_inner_texts()


def ledger(page: Page | Locator) -> list[str]:
    """What the edit leads to, what is right, what the model answers."""
    return page.locator(".ledger b").all_inner_texts()


def verdict(page: Page | Locator) -> Locator:
    return page.locator(".editor-verdict")


def led(start: str, permutations: list[str]) -> str:
    """Where these permutations lead from here."""
    for one in permutations:
        start = shuffled(start, one)
    return start


def test_the_trained_policy_writes_every_step_and_answers(editor: Page) -> None:
    assert editor.locator(".step:not([hidden]) .given").all_inner_texts() == GIVEN
    assert trace(editor) == RIGHT
    assert ledger(editor) == ["–", RIGHT[-1], RIGHT[-1]]
    expect(status(editor)).to_have_text(f"Trace: {', '.join(RIGHT)}. Answer: {RIGHT[-1]}. It is right.")


def test_an_edit_is_made_by_keyboard_alone_and_waits_for_the_model(editor: Page) -> None:
    editor.keyboard.press("Tab")
    expect(permutation(editor, 1)).to_be_focused()
    editor.keyboard.press("Tab")
    expect(step(editor, 1)).to_be_focused()
    editor.keyboard.press("ArrowRight")
    editor.keyboard.press("ArrowRight")
    expect(step(editor, 3)).to_be_focused()
    editor.keyboard.press("ArrowDown")
    wrong = ARRANGEMENTS[(ARRANGEMENTS.index(RIGHT[2]) + 1) % 6]
    implied = led(wrong, GIVEN[3:])
    assert trace(editor) == [*RIGHT[:2], wrong, *[""] * 7]
    expect(step(editor, 3)).to_be_focused()
    expect(step(editor, 3)).to_have_accessible_name(f"Step 3: {wrong}, your edit")
    expect(step(editor, 4)).to_have_accessible_name("Step 4: not written")
    expect(step(editor, 4)).to_have_attribute("aria-disabled", "true")
    assert ledger(editor) == [implied, RIGHT[-1], "?"]
    expect(status(editor)).to_have_text(
        f"Step 3 now says {wrong}, which leads to {implied}. Right is {RIGHT[-1]}. What will it answer?"
    )
    editor.keyboard.press("w")
    assert trace(editor) == [*RIGHT[:2], *(led(wrong, GIVEN[3:k]) for k in range(3, 11))]
    assert ledger(editor) == [implied, RIGHT[-1], implied]
    expect(verdict(editor)).to_have_text("It follows the edit.")
    editor.keyboard.press("z")
    assert trace(editor) == RIGHT
    expect(editor.locator(".said.edit")).to_have_count(0)


def test_a_click_goes_through_the_six_arrangements(editor: Page) -> None:
    seen = []
    for _ in range(6):
        step(editor, 10).click()
        seen.append(step(editor, 10).inner_text())
        assert ledger(editor)[0] == seen[-1]  # after the last permutation nothing moves any more
    assert sorted(seen) == sorted(ARRANGEMENTS)
    assert seen[-1] == RIGHT[-1]
    editor.get_by_role("button", name="Write").click()
    expect(verdict(editor)).to_have_text("It follows the edit, and is right.")
    step(editor, 10).press("ArrowUp")
    assert step(editor, 10).inner_text() == seen[-2]


def test_an_earlier_edit_sweeps_later_ones_away_and_a_later_one_keeps_earlier_ones(editor: Page) -> None:
    edits = editor.locator(".said.edit")
    step(editor, 2).click()
    editor.keyboard.press("w")
    step(editor, 7).click()
    expect(edits).to_have_count(2)
    expect(editor.locator(".ledger .name").first).to_have_text("Your edit of step 7 leads to")
    assert ledger(editor)[0] == led(step(editor, 7).inner_text(), GIVEN[7:])
    editor.keyboard.press("w")
    expect(edits).to_have_count(2)
    step(editor, 2).click()
    expect(edits).to_have_count(1)
    assert trace(editor)[2:] == [""] * 8


def test_a_step_that_is_not_written_cannot_be_edited(editor: Page) -> None:
    step(editor, 5).click()
    before = trace(editor)
    step(editor, 8).click(force=True)
    step(editor, 8).press("ArrowDown")
    assert trace(editor) == before


def test_another_policy_reads_the_same_edit(editor: Page) -> None:
    step(editor, 3).click()
    edited = trace(editor)[:3]
    editor.get_by_label("prior").check()
    assert trace(editor) == [*edited, *[""] * 7]  # it waits, as before
    editor.keyboard.press("w")
    expect(verdict(editor)).to_have_text("It follows the edit.")
    editor.get_by_label("trained").check()
    assert trace(editor)[:3] == edited
    expect(verdict(editor)).to_have_text("It follows the edit.")


def test_the_prior_takes_five_steps_for_a_trace_of_every_second_one(editor: Page) -> None:
    editor.get_by_label("prior").check()
    told = set()
    for _ in range(5):
        step(editor, 5).click()
        editor.get_by_role("button", name="Write").click()
        told.add(verdict(editor).inner_text())
    assert "It follows the edit." in told
    assert any("breaks off after step 5" in words for words in told)


def test_samples_differ_and_slips_are_marked(editor: Page) -> None:
    editor.get_by_label("prior").check()
    editor.get_by_label("always").check()
    seen, slipped = set(), 0
    for _ in range(12):
        editor.get_by_role("button", name="Sample").click()
        words = trace(editor)
        seen.add(tuple(words))
        slips = editor.locator(".said.slip").count()
        if all(words):
            assert bool(slips) == (words != RIGHT)
        slipped += bool(slips)
    assert len(seen) > 3
    assert slipped


def test_a_forbidden_trace_leaves_an_answer_at_chance(editor: Page) -> None:
    editor.get_by_label("forbidden").check()
    assert trace(editor) == [""] * 10
    expect(editor.locator(".ledger b").last).to_have_class("answered weights")
    widths = "all => all.map(bar => parseFloat(bar.style.width))"
    at_once = editor.locator(".bars i.weights").evaluate_all(widths)
    assert abs(sum(at_once) - 100) < 2
    assert max(at_once) < 30
    assert editor.locator(".bars i.context").evaluate_all(widths) == [0] * 6
    assert ledger(editor)[2] == ARRANGEMENTS[at_once.index(max(at_once))]
    editor.get_by_label("always").check()
    after = editor.locator(".bars i.context").evaluate_all(widths)
    assert after[ARRANGEMENTS.index(RIGHT[-1])] > 95
    expect(editor.locator(".bars")).to_have_attribute(
        "aria-label", re.compile(rf"{RIGHT[-1]} \(right\): at once \.\d\d, after the trace (1|\.9\d)")
    )


def test_the_problem_can_be_changed(editor: Page) -> None:
    permutation(editor, 10).click()
    given = [*GIVEN[:9], ARRANGEMENTS[(STEPS[9] + 1) % 6]]
    assert trace(editor) == arrangements_after(given)
    expect(permutation(editor, 10)).to_be_focused()
    editor.keyboard.press("Home")
    editor.keyboard.press("ArrowUp")
    given[0] = ARRANGEMENTS[(STEPS[0] - 1) % 6]
    expect(permutation(editor, 1)).to_have_accessible_name(f"Permutation 1: {given[0]}")
    assert ledger(editor)[1] == arrangements_after(given)[-1]
    editor.keyboard.press("n")
    drawn = editor.locator(".step:not([hidden]) .given").all_inner_texts()
    assert drawn != given
    assert set(drawn) <= set(ARRANGEMENTS)
    assert ledger(editor)[1] == arrangements_after(drawn)[-1]


def test_two_editors_on_a_page_share_their_policies_and_nothing_else(opened: Callable[[str], Page]) -> None:
    task = WordProblem((3, 4))
    model = awake(ModelSettings(8, 1, 1, 12, 16), 1, task.vocabulary)
    parts = [trace_editor({"policy": model}, task, steps).html for steps in ((1, 2, 3), (5, 4, 3, 2))]
    page = opened(pieces.shared_once("".join(parts)))
    one, other = page.locator(".trace-editor").nth(0), page.locator(".trace-editor").nth(1)
    expect(one.locator(".step:not([hidden]) .given:not([hidden])")).to_have_count(3)
    expect(other.locator(".step:not([hidden]) .given:not([hidden])")).to_have_count(4)
    before = trace(one)
    other.get_by_label("forbidden").check()
    assert trace(one) == before
    expect(one.get_by_label("as it likes")).to_be_checked()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1200])
def test_it_fits_a_phone_and_keeps_nobody_out(editor: Page, theme: str, width: int) -> None:
    editor.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
    editor.get_by_label("prior").check()
    step(editor, 3).click()
    editor.get_by_role("button", name="Sample").click()
    editor.set_viewport_size({"width": width, "height": 900})
    for _ in range(2):  # what was written, and what waits
        editor.evaluate("Promise.allSettled(document.getAnimations().map(animation => animation.finished))")
        assert editor.evaluate("document.documentElement.scrollWidth") == width
        found = Axe().run(editor, options={"preload": False}).response["violations"]
        assert [(rule["id"], node["html"]) for rule in found for node in rule["nodes"]] == []
        step(editor, 2).click()
    boxes = editor.locator(".step:not([hidden]) button").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect()).map(({ width, height }) => Math.min(width, height))"
    )
    assert min(boxes) >= 36


def test_words_appear_at_once_for_a_reader_who_asked_for_calm(editor: Page) -> None:
    editor.emulate_media(reduced_motion="reduce")
    editor.evaluate("document.getAnimations().forEach(animation => animation.finish())")
    editor.get_by_role("button", name="New problem").click()
    assert editor.evaluate("document.getAnimations().length") == 0


def test_without_scripts_a_sentence_and_a_table_stand_in_its_place(
    chromium: Browser, tmp_path: Path, policies: dict[str, LlamaForCausalLM]
) -> None:
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 390, "height": 900})
    page = context.new_page()
    page.goto(LEAF.write(tmp_path / "site", trace_editor(policies, WORD_TASK).html).as_uri())
    expect(page.get_by_text("With scripts on")).to_be_visible()
    expect(page.locator("[data-live] tbody tr")).to_have_count(6)
    expect(page.locator("[data-live] tbody tr").nth(3)).to_contain_text(f"{' '.join(RIGHT)}{RIGHT[-1]}")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    context.close()


def test_it_is_light(tmp_path: Path, policies: dict[str, LlamaForCausalLM]) -> None:
    page = LEAF.write(tmp_path / "site", trace_editor(policies, WORD_TASK).html)
    assert LEAF.weight(page) < LIMIT
