"""The conversation in a page opened from disk: by keyboard and by hand, on a phone, in the dark, without scripts."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect
from transformers import LlamaForCausalLM

from companion.plasticity.conversation.culture import culture
from companion.plasticity.conversation.language import worded
from companion.plasticity.conversation.world import FRAMINGS, QUALITIES, STANCES, TOPICS
from companion.plasticity.schooling import kept
from companion.plasticity.schooling.recipe import FULL
from companion.plasticity.state.instance import ask, state_of
from companion.widgets import pieces
from companion.widgets.conversation import conversation
from companion.widgets.told import script_of
from tests.browser.leaf import Leaf

LEAF = Leaf("conversation")
LIMIT = 650_000  # bytes that a page loads for the piece, weights included
OF = culture(0)
PALE = """all => all.map((one) => getComputedStyle(one).backgroundColor)
    .filter((color) => color.startsWith("rgb(") && color.match(/\\d+/g).every((part) => part > 190))"""
TOLD = ["ana-likes-irony", "ana-dislikes-order", "ben-dislikes-irony"]


@pytest.fixture(scope="module")
def speaker() -> LlamaForCausalLM:
    """The speaker that the chapter shows."""
    return kept.speaker(FULL, 0, 0)


@pytest.fixture
def opened(chromium: Browser, tmp_path: Path) -> Iterator[Callable[[str], Page]]:
    """Open a page with this HTML from disk; nothing may go wrong in it."""
    with LEAF.opening(chromium, tmp_path / "site") as go:
        yield go


@pytest.fixture
def talk(opened: Callable[[str], Page], speaker: LlamaForCausalLM) -> Page:
    """A page with the piece; nothing has been said."""
    page = opened(conversation(speaker, OF).html)
    expect(news(page)).to_have_text("Instance 1, on novels. Nothing has been said.")
    return page


def news(page: Page | Locator) -> Locator:
    return page.get_by_role("status")


def sign(page: Page | Locator, word: str) -> Locator:
    """The button with which a voice says this."""
    return page.get_by_role("button", name=re.compile(f"^{word.replace('-', ' ').capitalize()}(;|$)"))


def press(page: Page | Locator, name: str) -> None:
    page.get_by_role("button", name=name).click(force=True)  # also where it is said to be disabled


def radio(page: Page | Locator, name: str) -> Locator:
    return page.get_by_role("radio", name=re.compile(rf"^{re.escape(name)}(, |$)"))


def choose(page: Page | Locator, name: str) -> None:
    radio(page, name).check()


def say(page: Page | Locator, *words: str) -> None:
    """Choose the voice of each and press its sign."""
    for word in words:
        choose(page, word.split("-")[0].capitalize())
        sign(page, word).click()


def answers(page: Page | Locator) -> dict[str, tuple[float, float, float]]:
    """What the instance answers about each quality, what a fresh one does, and what is exact."""
    said = page.locator(".track").evaluate_all("all => all.map((one) => one.getAttribute('aria-label'))")
    found = [re.fullmatch(r"(\w+): ([\d.]+); fresh ([\d.]+), exact ([\d.]+)", label) for label in said]
    return {one[1]: (float(one[2]), float(one[3]), float(one[4])) for one in found if one}


def own(page: Page | Locator) -> np.ndarray:
    """The instance's answers in the order of the world."""
    found = answers(page)
    return np.array([found[about][0] for about in QUALITIES])


def asked(
    model: LlamaForCausalLM, said: list[str], topic: str = "novels", framing: str = "for-or-against"
) -> np.ndarray:
    """What torch answers after the same conversation."""
    state = state_of(model, worded(script_of(topic, said)))
    return ask(model, state, (FRAMINGS.index(framing),)).yes[0, 0]


def told(page: Page | Locator) -> list[str]:
    return page.locator(".told li:not(.none)").all_inner_texts()


def count(page: Page | Locator) -> Locator:
    return page.locator(".talk-head span")


def test_a_view_forms_is_contested_and_reaches_what_nobody_spoke_of(
    talk: Page, speaker: LlamaForCausalLM
) -> None:
    assert set(answers(talk)) == set(QUALITIES)
    assert {exact for _, _, exact in answers(talk).values()} == {0.5}
    for turn in range(len(TOLD)):
        say(talk, TOLD[turn])
        assert np.abs(own(talk) - asked(speaker, TOLD[: turn + 1])).max() < 0.006  # as it is printed
    expect(count(talk)).to_have_text("instance 1, 3 of 24 turns")
    assert told(talk) == ["Ana likes irony", "Ana dislikes order", "Ben dislikes irony"]
    irony, humor = answers(talk)["irony"], answers(talk)["humor"]
    assert irony[2] == humor[2] == 0.9  # two voices at odds, and one errs less
    expect(news(talk)).to_contain_text(
        re.compile(r"^Ben dislikes irony\. Asked about irony, the instance goes from \.9\d to \.[89]\d; ")
    )
    expect(news(talk)).to_contain_text(
        re.compile(r"the exact agent is at \.90\. Nobody spoke of \w+, which goes")
    )
    expect(sign(talk, "ana-likes-irony")).not_to_be_visible()  # it is Ben who speaks now
    expect(sign(talk, "ben-likes-irony")).to_have_accessible_name("Ben likes irony; said by Ana")
    expect(sign(talk, "ben-likes-irony")).to_have_text("A")


def test_a_view_is_taken_back_turn_by_turn(talk: Page, speaker: LlamaForCausalLM) -> None:
    before = own(talk)
    expect(talk.get_by_role("button", name="Take back")).to_have_attribute("aria-disabled", "true")
    say(talk, *TOLD)
    press(talk, "Take back")
    expect(news(talk)).to_have_text("Taken back: Ben dislikes irony.")
    assert np.abs(own(talk) - asked(speaker, TOLD[:2])).max() < 0.006
    press(talk, "Take back")
    press(talk, "Take back")
    press(talk, "Take back")  # there is nothing left
    assert (own(talk) == before).all()
    assert told(talk) == []


def test_the_whole_conversation_is_held_by_keyboard(talk: Page, speaker: LlamaForCausalLM) -> None:
    for _ in range(3):  # topic, voice, signs
        talk.keyboard.press("Tab")
    expect(sign(talk, "ana-likes-brevity")).to_be_focused()
    talk.keyboard.press("ArrowDown")
    talk.keyboard.press("ArrowLeft")
    expect(sign(talk, "ana-dislikes-warmth")).to_be_focused()
    talk.keyboard.press("Enter")
    talk.keyboard.press("e")
    expect(news(talk)).to_have_text("Eve speaks.")
    expect(radio(talk, "Eve")).to_be_checked()
    talk.keyboard.press("End")
    expect(sign(talk, "eve-likes-risk")).to_be_focused()
    talk.keyboard.press(" ")
    talk.keyboard.press("s")
    expect(news(talk)).to_contain_text("Nobody speaks. Answers move by .0")
    said = ["ana-dislikes-warmth", "eve-likes-risk", "nobody-speaks"]
    assert told(talk) == ["Ana dislikes warmth", "Eve likes risk", "Nobody speaks"]
    assert np.abs(own(talk) - asked(speaker, said)).max() < 0.006
    talk.keyboard.press("z")
    assert told(talk) == ["Ana dislikes warmth", "Eve likes risk"]
    talk.keyboard.press("n")
    expect(count(talk)).to_have_text("instance 2, 0 of 24 turns")
    talk.keyboard.press("h")
    expect(count(talk)).to_have_text("instance 2, 2 of 24 turns")
    talk.keyboard.press("Home")
    expect(sign(talk, "eve-dislikes-brevity")).to_be_focused()
    talk.keyboard.press("ArrowUp")
    expect(sign(talk, "eve-dislikes-brevity")).to_be_focused()
    talk.keyboard.press("Tab")
    expect(talk.get_by_role("button", name="Nobody speaks")).to_be_focused()


def test_the_next_instance_has_no_view_until_it_reads_the_words(talk: Page) -> None:
    before = own(talk)
    say(talk, *TOLD)
    held = own(talk)
    assert np.abs(held - before).max() > 0.3
    press(talk, "Next instance")
    expect(news(talk)).to_have_text(
        "Instance 1 has ended, and its view with it. Instance 2 has the same weights and an empty context. "
        "What was said can be handed over."
    )
    assert (own(talk) == before).all()
    assert told(talk) == ["Ana likes irony", "Ana dislikes order", "Ben dislikes irony"]
    expect(talk.get_by_text("Said before this instance began")).to_be_visible()
    expect(talk.locator(".quality button.said")).to_have_count(0)
    press(talk, "Hand the words over")
    expect(news(talk)).to_have_text(
        "Instance 2 has read the same 14 words: the same weights make the same view of them again."
    )
    assert (own(talk) == held).all()
    press(talk, "Hand the words over")  # to another one that is fresh
    expect(count(talk)).to_have_text("instance 3, 3 of 24 turns")
    assert (own(talk) == held).all()


def test_a_first_instance_has_no_words_to_hand_over(talk: Page) -> None:
    over = talk.get_by_role("button", name="Hand the words over")
    expect(over).to_have_attribute("aria-disabled", "true")
    press(talk, "Hand the words over")
    expect(count(talk)).to_have_text("instance 1, 0 of 24 turns")


def test_other_wordings_hardly_move_the_answers_and_new_ones_are_marked(
    talk: Page, speaker: LlamaForCausalLM
) -> None:
    say(talk, *TOLD)
    words = {
        "good or bad?, new": "good-or-bad",
        "agree?": "agree",
        "disagree?": "disagree",
        "A for, B against?": "a-for-b-against",
        "A against, B for?": "a-against-b-for",
        "for or against?": "for-or-against",
    }
    for label, framing in words.items():
        choose(talk, label)
        assert np.abs(own(talk) - asked(speaker, TOLD, framing=framing)).max() < 0.006
        moved = re.match(r"In this wording answers move by \.(\d\d) on average\.", news(talk).inner_text())
        assert moved is not None
        assert int(moved[1]) < 8
        new = "Training never asked about novels so." in news(talk).inner_text()
        assert new == label.endswith("new")
    choose(talk, "songs")
    expect(radio(talk, "disagree?, new")).to_be_visible()


def test_statements_taken_out_of_the_state_take_the_view_along(talk: Page) -> None:
    before = own(talk)
    say(talk, *TOLD)
    held = own(talk)
    choose(talk, "without the questions")
    expect(news(talk)).to_contain_text(
        "Keys and values of the questions, 9 words, are out of the state; those of 5 remain."
    )
    assert np.abs(own(talk) - held).mean() < 0.05
    choose(talk, "without the statements")
    expect(news(talk)).to_contain_text(
        "Keys and values of the statements, 3 words, are out of the state; those of 11 remain."
    )
    assert np.abs(own(talk) - before).mean() < 0.1 < np.abs(own(talk) - held).mean()
    expect(talk.locator(".told")).to_have_class("told gone")
    choose(talk, "of all words")
    expect(news(talk)).to_have_text("The state is whole.")
    assert (own(talk) == held).all()
    press(talk, "Next instance")
    choose(talk, "without the statements")
    expect(news(talk)).to_have_text("Nothing has been said: there is nothing to take out.")
    assert (own(talk) == before).all()


def test_another_topic_is_another_conversation_and_says_what_prevails(
    talk: Page, speaker: LlamaForCausalLM
) -> None:
    expect(talk.locator(".prevails")).to_have_text("No view prevails on novels: all sixteen are held alike.")
    say(talk, *TOLD)
    choose(talk, "songs")
    liked = [
        about
        for about, like in zip(QUALITIES, STANCES[OF.prevailing[TOPICS.index("songs")]], strict=True)
        if like > 0
    ]
    expect(talk.locator(".prevails")).to_have_text(
        f"The view that prevails on songs likes {', '.join(liked)}."
    )
    expect(talk.get_by_text("What is good in songs?")).to_be_visible()
    expect(count(talk)).to_have_text("instance 2, 0 of 24 turns")
    assert told(talk) == []
    assert {about for about, (_, _, exact) in answers(talk).items() if exact == 0.95} == set(liked)
    assert np.abs(own(talk) - asked(speaker, [], "songs")).max() < 0.006
    say(talk, "dan-likes-age", "eve-dislikes-danger")  # neither knows of what they speak
    assert {exact for _, _, exact in answers(talk).values()} == {0.05, 0.95}


def test_how_often_a_voice_errs_stands_where_it_matters(talk: Page) -> None:
    choose(talk, "Eve")
    assert talk.locator(".trait-head small").all_inner_texts() == ["Eve errs .02"] * 2 + ["Eve errs .50"] * 2
    labels = talk.locator(".of-voice label").all_inner_texts()
    for name in ("Ana, .02", "Dan, .50", "Eve, .02, .50", "films, .60", "novels, open"):
        expect(radio(talk, name)).to_be_visible()
    assert [label.split() for label in labels] == [
        ["Ana", ".02"], ["Ben", ".15"], ["Cleo", ".30"], ["Dan", ".50"], ["Eve", ".02,", ".50"],
    ]  # fmt: skip


def test_a_conversation_that_is_full_says_so_in_a_sentence(
    opened: Callable[[str], Page], speaker: LlamaForCausalLM
) -> None:
    said = [f"ben-likes-{about}" for about in QUALITIES] + ["nobody-speaks"] * 7
    page = opened(conversation(speaker, OF, said=said).html)
    expect(news(page)).to_have_text("Instance 1 has been told 23 turns.")
    press(page, "Nobody speaks")
    before = own(page)
    expect(count(page)).to_have_text("instance 1, 24 of 24 turns")
    sign(page, "ana-likes-irony").click(force=True)
    sentence = "A conversation has 24 turns at most: take one back, or open the next instance."
    expect(news(page)).to_have_text(sentence)
    press(page, "Take back")
    press(page, "Nobody speaks")
    press(page, "Nobody speaks")
    expect(news(page)).to_have_text(sentence)
    assert (own(page) == before).all()
    expect(page.locator(".actions .due")).to_have_text("Next instance")


def test_two_conversations_on_a_page_share_their_weights_and_nothing_else(
    opened: Callable[[str], Page], speaker: LlamaForCausalLM
) -> None:
    parts = [conversation(speaker, OF, topics).html for topics in (("novels", "films"), ("songs",))]
    page = opened(pieces.shared_once("".join(parts)))
    one, other = page.locator(".conversation").nth(0), page.locator(".conversation").nth(1)
    before = own(one)
    say(other, "ben-likes-age")
    assert (own(one) == before).all()
    expect(radio(one, "Ana")).to_be_checked()
    assert told(one) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1200])
def test_it_fits_a_phone_and_keeps_nobody_out(talk: Page, theme: str, width: int) -> None:
    talk.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
    choose(talk, "songs")
    say(
        talk,
        "ana-likes-irony",
        "ben-likes-irony",
        "cleo-likes-irony",
        "dan-likes-irony",
        "eve-likes-irony",
        *TOLD,
    )
    talk.set_viewport_size({"width": width, "height": 900})
    for last in ("without the statements", "of all words"):
        choose(talk, last)
        talk.evaluate("Promise.allSettled(document.getAnimations().map(animation => animation.finished))")
        assert talk.evaluate("document.documentElement.scrollWidth") == width
        found = Axe().run(talk, options={"preload": False}).response["violations"]
        assert [(rule["id"], node["html"]) for rule in found for node in rule["nodes"]] == []
        press(talk, "Next instance")
    pale = talk.locator(".conversation *").evaluate_all(PALE)
    assert theme == "light" or pale == []
    boxes = talk.locator(".quality button, .choice label").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect()).map(({ width, height }) => Math.min(width, height))"
    )
    assert min(boxes) >= 28
    rows = talk.locator(".quality").evaluate_all("all => all.map(one => [one.scrollWidth, one.clientWidth])")
    assert all(needs <= has for needs, has in rows)


def test_bars_move_at_once_for_a_reader_who_asked_for_calm(talk: Page) -> None:
    talk.emulate_media(reduced_motion="reduce")
    say(talk, "ana-likes-irony")
    assert talk.evaluate("document.getAnimations().length") == 0


def test_without_scripts_a_sentence_and_a_table_stand_in_its_place(
    chromium: Browser, tmp_path: Path, speaker: LlamaForCausalLM
) -> None:
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 390, "height": 900})
    page = context.new_page()
    page.goto(LEAF.write(tmp_path / "site", conversation(speaker, OF).html).as_uri())
    expect(page.get_by_text("With scripts on")).to_be_visible()
    expect(page.locator("[data-live] tbody tr")).to_have_count(6)
    expect(page.locator("[data-live] tbody tr").nth(1)).to_contain_text("Ana likes irony0.98 (0.98)")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    context.close()


def test_it_is_light(tmp_path: Path, speaker: LlamaForCausalLM) -> None:
    page = LEAF.write(tmp_path / "site", conversation(speaker, OF).html)
    assert LEAF.weight(page) < LIMIT
