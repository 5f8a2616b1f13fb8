"""What Python hands to the trace editor, what stands in its place without scripts, and what it refuses."""

import base64
import json
import re

import numpy as np
import pytest
import torch
from transformers import LlamaForCausalLM

from companion.figures import ink
from companion.reasoning.word_problem import ARRANGEMENTS, WordProblem
from companion.transformer.model import ModelSettings
from companion.widgets import pieces
from companion.widgets.llama_in_page import of_the_page
from companion.widgets.trace_editor import STEPS, trace_editor
from tests.reasoning.referee import arrangements_after, shuffled
from tests.transformer.models import awake, library_logits, some_tokens

TASK, SHORT = WordProblem(), WordProblem((2, 3))
SHAPE = ModelSettings(width=16, layers=2, heads=2, feedforward=40, window=64)
WORDS = len(TASK.vocabulary.words)


@pytest.fixture
def policies() -> dict[str, LlamaForCausalLM]:
    return {name: awake(SHAPE, seed, TASK.vocabulary) for seed, name in enumerate(("prior", "<trained>"))}


def state_in(html: str) -> dict[str, object]:
    found = re.search(r'<script type="application/json">(.*?)</script>', html)
    assert found is not None
    return json.loads(found[1])


def test_every_weight_arrives_rounded_to_bfloat16(policies):
    packed = trace_editor(policies, TASK).widget.policies[0]
    upper = np.frombuffer(base64.b64decode(packed["weights"]), "<u2").astype(np.uint32)
    arrived = (upper << 16).view(np.float32)
    kept = torch.cat([weights.reshape(-1) for weights in policies["prior"].state_dict().values()]).numpy()
    assert arrived.shape == kept.shape
    assert (np.abs(arrived - kept) <= 2**-8 * np.abs(kept)).all()
    assert (arrived != kept).any()
    assert packed["shape"].pop("frequencies") == pytest.approx(1e4 ** (-np.arange(4) / 4), rel=1e-6)
    assert packed["shape"] == {
        "words": 12, "width": 16, "layers": 2, "heads": 2, "feedforward": 40, "window": 64, "epsilon": 1e-6,
    }  # fmt: skip


def test_the_of_the_page_is_rounded_and_the_one_it_was_made_from_is_not(policies):
    model, tokens = policies["prior"], some_tokens(3, 20, words=WORDS - 3)
    before = library_logits(model, tokens)
    page = of_the_page(model)
    assert torch.equal(library_logits(model, tokens), before)
    assert 1e-4 < (library_logits(page, tokens) - before).abs().max() < 2
    assert torch.equal(library_logits(of_the_page(page), tokens), library_logits(page, tokens))


def test_the_page_holds_the_state_of_the_widget_and_the_weights_beside_it(policies):
    editor = trace_editor(policies, TASK, policy="prior", opening="think", seed=3)
    state = state_in(editor.html)
    assert (state["policy"], state["opening"], state["seed"]) == ("prior", "think", 3)
    assert editor.problem == [ARRANGEMENTS[step] for step in STEPS]
    assert (editor.trace, editor.edited, editor.answer) == ([], [], None)
    for light, full in zip(state["policies"], editor.widget.policies, strict=True):
        assert light == full | {"weights": ""}
        assert editor.html.count(f'data-shared="{full["digest"]}">{full["weights"]}</script>') == 1
    del state["policies"]
    assert state == {name: getattr(editor.widget, name) for name in state}
    assert state["task"]["words"] == list(TASK.vocabulary.words)


def test_equal_policies_are_carried_once(policies):
    html = trace_editor({"a": policies["prior"], "b": policies["prior"]}, TASK).html
    assert html.count("data-shared") == 1


@pytest.mark.parametrize(("task", "steps"), [(TASK, STEPS), (SHORT, (4, 2)), (WordProblem((1,)), (3,))])
def test_without_scripts_a_table_says_what_is_written_and_where_an_edit_leads(policies, task, steps):
    html = trace_editor(policies, task, steps).html
    sentence = re.search(r"<p>(.*?)</p>", html)[1]
    shuffles = [ARRANGEMENTS[step] for step in steps]
    assert f"by {', '.join(shuffles)}, one" in sentence
    assert f"which leads to {arrangements_after(shuffles)[-1]}." in sentence
    place, edit, implied = re.search(
        r"step (\d+) of the trace changed to ([ABC]+), the rest leads to ([ABC]+)", sentence
    ).groups()
    for permutation in shuffles[int(place) :]:
        edit = shuffled(edit, permutation)
    assert edit == implied != arrangements_after(shuffles)[-1]
    rows = re.findall(r'<tr><th scope="row">([^<]*)</th><td>([^<]*)</td><td>([^<]*)</td></tr>', html)
    changed = f", step {place} changed"
    assert [name for name, *_ in rows] == [
        "prior", f"prior{changed}", "prior, no trace",
        "&lt;trained&gt;", f"&lt;trained&gt;{changed}", "&lt;trained&gt;, no trace",
    ]  # fmt: skip
    assert all(row[1] == "\u2013" for row in rows[2::3])


@pytest.mark.parametrize(
    ("change", "objection"),
    [
        ({"policies": {}}, "at least one policy"),
        ({"task": WordProblem((40,)), "steps": (1,) * 40}, "'prior' knows 12 words and texts of 64, .* 12 and 85"),
        ({"policy": "middle"}, "no policy 'middle' among 'prior', '<trained>'"),
        ({"steps": (1, 2)}, "10 numbers from 0 to 5"),
        ({"task": SHORT, "steps": (1, 6)}, "2 or 3 numbers from 0 to 5"),
    ],
)  # fmt: skip
def test_what_cannot_be_shown_is_refused_in_a_sentence(policies, change, objection):
    arguments = {"policies": policies, "task": TASK} | change
    with pytest.raises(ValueError, match=objection):
        trace_editor(**arguments)


def test_an_opening_that_does_not_exist_is_refused(policies):
    with pytest.raises((ValueError, TypeError), match="never"):  # TypeError: where annotations are checked
        trace_editor(policies, TASK, opening="never")


def test_models_that_the_page_cannot_run_are_refused(policies):
    policies["prior"].config.num_key_value_heads = 1
    with pytest.raises(ValueError, match="'prior' shares keys among its heads"):
        trace_editor(policies, TASK)
    policies["prior"].config.num_key_value_heads = 2
    with torch.no_grad():
        policies["prior"].model.norm.weight[0] = float("nan")
    with pytest.raises(ValueError, match="'prior' has weights that are not numbers"):
        trace_editor(policies, TASK)


def test_the_piece_is_one_module_in_jupyterlab():
    module = pieces.module("trace_editor")
    assert module.endswith("export default globalThis.companionLive.pieces.trace_editor;\n")
    assert not re.search(r"\b(import|fetch)\b\s*\(?[\"'{(]", module)


def test_the_style_says_the_colors_that_figures_have():
    inks = {ink.WEIGHTS, ink.CONTEXT, ink.EXACT, ink.CHANCE, ink.INK, ink.FAINT, ink.PAPER}
    said = set(re.findall(r"#[0-9a-f]{6}", pieces.style("trace_editor")))
    quiet = {"#5f5b52", "#f7f5ef"}  # interface, in tokens.css alone
    assert said - quiet <= inks | set(ink.DARK.values())
    assert inks <= said
