"""What Python hands to the conversation, what stands in its place without scripts, and what it refuses."""

import json
import re

import numpy as np
import pytest
import torch
from traitlets import TraitError
from transformers import LlamaForCausalLM

from companion.figures import ink
from companion.plasticity.conversation.culture import culture
from companion.plasticity.conversation.language import VOCABULARY, worded
from companion.plasticity.conversation.world import (
    FRAMINGS,
    QUALITIES,
    STANCES,
    STRENGTH,
    TOPICS,
    VOICES,
    WITHHELD,
)
from companion.transformer.model import ModelSettings
from companion.transformer.vocabulary import Vocabulary
from companion.widgets import pieces
from companion.widgets.conversation import EXAMPLE, conversation
from companion.widgets.told import TURNS, script_of
from tests.transformer.models import awake

OF = culture(2)
SHAPE = ModelSettings(16, 2, 2, 40, 128)


@pytest.fixture(scope="module")
def speaker() -> LlamaForCausalLM:
    return awake(SHAPE, 0, VOCABULARY)


def state_in(html: str) -> dict[str, object]:
    found = re.search(r'<script type="application/json">(.*?)</script>', html)
    assert found is not None
    return json.loads(found[1])


def table_in(html: str) -> list[tuple[str, list[tuple[float, float]]]]:
    """Each row: what happens, and for four qualities what the model and the exact agent answer."""
    rows = re.findall(r'<tr><th scope="row">([^<]*)</th>(.*?)</tr>', html)
    cells = [re.findall(r'<td class="number">([\d.]+) \(([\d.]+)\)</td>', cells) for _, cells in rows]
    return [
        (what, [(float(one), float(other)) for one, other in found])
        for (what, _), found in zip(rows, cells, strict=True)
    ]


def test_the_page_holds_the_state_of_the_widget_and_the_weights_beside_it(speaker):
    said = ("eve-dislikes-danger", "nobody-speaks")
    made = conversation(speaker, OF, ("songs", "novels"), voice="ben", framing="agree", said=said)
    state = state_in(made.html)
    assert (state["topic"], state["voice"], state["framing"]) == ("songs", "ben", "agree")
    assert made.said == state["said"] == list(said)
    assert (made.instance, made.answers) == (1, {})
    packed = state.pop("speaker")
    assert packed == made.widget.speaker | {"weights": ""}
    assert made.html.count(f'data-shared="{packed["digest"]}">{made.widget.speaker["weights"]}</script>') == 1
    assert state == {name: getattr(made.widget, name) for name in state}


def test_two_pieces_with_one_model_carry_it_once(speaker):
    html = "".join(conversation(speaker, OF, (topic,)).html for topic in ("novels", "songs"))
    assert pieces.shared_once(html).count("data-shared") == 1


def test_the_page_is_told_what_prevails_and_what_training_withheld(speaker):
    topics = conversation(speaker, OF, TOPICS).widget.world["topics"]
    for number, topic in enumerate(topics):
        assert topic["name"] == TOPICS[number]
        assert topic["strength"] == STRENGTH[number]
        assert topic["prevailing"] == OF.prevailing[number]
        new = [FRAMINGS.index(framing) for framing in topic["untrained"]]
        assert new == np.flatnonzero(WITHHELD.framings[number]).tolist()


@pytest.mark.parametrize("topic", TOPICS)
def test_questions_are_such_as_training_asks(topic):
    number, script = TOPICS.index(topic), script_of(topic, ["nobody-speaks"] * TURNS)
    assert not WITHHELD.framings[number, script.framing].any()
    assert not WITHHELD.pairs[script.framing, script.asked].any()
    assert len(set(script.asked[0])) > 8
    assert len(set(script.framing[0])) > 3
    other = script_of(TOPICS[(number + 1) % 12], ["nobody-speaks"] * TURNS)
    assert (script.asked != other.asked).any()


def test_what_was_said_becomes_a_conversation_word_by_word():
    said = [
        f"{voice}-{verb}-{about}"
        for voice in VOICES
        for verb in ("likes", "dislikes")
        for about in ("age", "echo")
    ]
    script = script_of("films", [*said, "nobody-speaks"])
    text = VOCABULARY.decode(worded(script)[0].tolist()).split()
    assert text[:2] == ["<s>", "films"]
    assert text[2::4] == [*said, "nobody-speaks"]
    assert set(text[3::4]) <= set(FRAMINGS)
    assert set(text[4::4]) <= set(QUALITIES)
    assert set(text[5::4]) == {"sure?"}
    shorter = VOCABULARY.decode(worded(script_of("films", said[:3]))[0].tolist()).split()
    assert shorter == text[: len(shorter)]
    assert script.stance[0, :4].tolist() == [1, 1, -1, -1]
    assert worded(script_of("films", [])).tolist() == [VOCABULARY.encode("<s> films")]


def test_without_scripts_a_table_says_how_a_view_forms_and_goes(speaker):
    html = conversation(speaker, OF, ("poems",)).html
    assert "<p>With scripts on, this is a conversation to hold about poems." in html
    assert re.findall(r'<th scope="col" class="number">(\w+)</th>', html) == [
        "irony",
        "humor",
        "brevity",
        "speed",
    ]
    nothing, *told, out, following = table_in(html)
    assert [what for what, _ in told] == ["Ana likes irony", "Ana likes speed", "Ben dislikes irony"]
    assert len(told) == len(EXAMPLE)
    assert nothing[1] == following[1]
    assert {exact for _, exact in nothing[1]} == {0.5}  # poems are open
    assert [exact for _, exact in told[0][1]] == [0.98, 0.98, 0.02, 0.5]
    again = 0.98 * 0.15 / (0.98 * 0.15 + 0.02 * 0.85)
    assert [exact for _, exact in told[2][1]] == pytest.approx([again, again, 1 - again, 0.98], abs=0.006)
    assert out[1] != told[2][1]
    assert [exact for _, exact in out[1]] == [exact for _, exact in told[2][1]]


def test_the_table_is_about_what_was_said(speaker):
    said = ("dan-likes-age", "nobody-speaks", "ana-dislikes-humor")
    rows = table_in(conversation(speaker, OF, ("songs",), said=said).html)
    assert [what for what, _ in rows[1:4]] == ["Dan likes age", "Nobody speaks", "Ana dislikes humor"]
    liked = STANCES[OF.prevailing[TOPICS.index("songs")]] > 0
    before = [
        0.95 if liked[QUALITIES.index(about)] else 0.05 for about in ("irony", "humor", "brevity", "speed")
    ]
    for _, cells in rows[:3]:  # Dan knows nothing, and nobody says nothing
        assert [exact for _, exact in cells] == pytest.approx(before, abs=0.006)
    assert [exact for _, exact in rows[3][1]] != pytest.approx(before, abs=0.02)


@pytest.mark.parametrize(
    ("change", "objection"),
    [
        ({"topics": ()}, "topics are some of novels, films, .* not none"),
        ({"topics": ("novels", "cars")}, "topics are some of novels, .* not novels, cars"),
        ({"voice": "fay"}, "the voice is one of ana, .* not 'fay'"),
        ({"framing": "maybe"}, "the framing is one of for-or-against, .* not 'maybe'"),
        ({"said": ("ana-loves-irony",)}, "nobody can say 'ana-loves-irony': a turn is a word like"),
        ({"said": ("irony",)}, "nobody can say 'irony'"),
        ({"said": ("ana-fine-irony",)}, "nobody can say 'ana-fine-irony'"),
        ({"said": ("nobody-speaks",) * 25}, "a conversation here has at most 24 turns, not 25"),
    ],
)  # fmt: skip
def test_what_cannot_be_shown_is_refused_in_a_sentence(speaker, change, objection):
    with pytest.raises(ValueError, match=objection):
        conversation(speaker, OF, **change)


def test_python_cannot_say_what_nobody_can(speaker):
    made = conversation(speaker, OF)
    made.widget.said = ["ana-likes-irony"]
    for said in (["ana-likes-irony"] * 25, ["hello"]):
        with pytest.raises((ValueError, TraitError), match=r"at most 24 turns|nobody can say 'hello'"):
            made.widget.said = said
    assert made.said == ["ana-likes-irony"]


def test_models_that_the_page_cannot_run_are_refused():
    with pytest.raises(ValueError, match=r"the model knows 393 words and texts of 100, .* needs 393 and 101"):
        conversation(awake(ModelSettings(16, 2, 2, 40, 100), 0, VOCABULARY), OF)
    few = Vocabulary(VOCABULARY.words[:-1])
    with pytest.raises(ValueError, match="the model knows 392 words"):
        conversation(awake(SHAPE, 0, few), OF)
    model = awake(SHAPE, 0, VOCABULARY)
    model.config.num_key_value_heads = 1
    with pytest.raises(ValueError, match="the model shares keys among its heads"):
        conversation(model, OF)
    model.config.num_key_value_heads = 2
    with torch.no_grad():
        model.model.norm.weight[0] = float("nan")
    with pytest.raises(ValueError, match="the model has weights that are not numbers"):
        conversation(model, OF)


def test_the_piece_is_one_module_in_jupyterlab():
    module = pieces.module("conversation")
    assert module.endswith("export default globalThis.companionLive.pieces.conversation;\n")
    assert not re.search(r"\b(import|fetch)\b\s*\(?[\"'{(]", module)


def test_the_style_says_the_colors_that_figures_have():
    inks = {ink.WEIGHTS, ink.CONTEXT, ink.EXACT, ink.CHANCE, ink.INK, ink.FAINT, ink.PAPER}
    said = set(re.findall(r"#[0-9a-f]{6}", pieces.style("conversation")))
    quiet = {"#5f5b52", "#f7f5ef"}  # interface, in tokens.css alone
    assert said - quiet <= inks | set(ink.DARK.values())
    assert inks <= said
