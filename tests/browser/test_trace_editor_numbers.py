"""The trace editor's model, rules and traces, as the browser works them out, against Python's."""

from collections.abc import Iterator

import numpy as np
import pytest
import torch
from playwright.sync_api import Browser, Error, Page
from transformers import LlamaForCausalLM

from companion.reasoning.kept import WORD_TASK, policy
from companion.reasoning.recipe import WORD_PROBLEM
from companion.reasoning.rollouts import completed
from companion.reasoning.surgery import continued
from companion.reasoning.word_problem import ARRANGEMENTS, WordProblem
from companion.transformer.model import ModelSettings
from companion.widgets import pieces
from companion.widgets.llama_in_page import of_the_page
from companion.widgets.trace_editor import trace_editor
from tests.reasoning.referee import arrangements_after, shuffled
from tests.transformer.models import awake, library_logits, some_tokens

TASK = WORD_TASK
PROBLEMS = 50
SHAPES = {
    "as the policies": ModelSettings(window=28),
    "one layer, one head": ModelSettings(8, 1, 1, 12, 28),
    "heads of width six": ModelSettings(24, 3, 4, 10, 28),
    "heads of width two": ModelSettings(16, 1, 8, 17, 28),
}
MODEL = """([spec, task]) => {
    globalThis.model = new companionLive.Llama(spec.shape, spec.weights);
    globalThis.task = task;
}"""
WRITE = """([problems, opening, standing]) => {
    const writer = new companionLive.TraceWriter(model, task);
    return problems.map((permutations, i) => {
        const trace = new companionLive.Trace(permutations, standing ? standing[i] : {});
        const { opening: first, words, answer } = writer.write(trace, opening, companionLive.likeliest);
        return [first, ...words, ...(first === "answer" ? [] : ["answer"]), answer, "</s>"].join(" ");
    });
}"""


@pytest.fixture(scope="module")
def engine(chromium: Browser) -> Iterator[Page]:
    """An empty page that knows the piece's scripts."""
    page = chromium.new_page()
    for name in pieces.SCRIPTS["trace_editor"]:
        page.add_script_tag(path=pieces.FOLDER / f"{name}.js")
    yield page
    page.close()


@pytest.fixture(scope="module", params=["base", "rl"])
def kept(request: pytest.FixtureRequest, engine: Page) -> LlamaForCausalLM:
    """A kept policy, which the page has taken in."""
    model = policy(WORD_PROBLEM, request.param, 0).model
    take_in(engine, model, TASK)
    return model


def take_in(engine: Page, model: LlamaForCausalLM, task: WordProblem) -> None:
    state = trace_editor({"policy": model}, task, [0] * task.longest).widget
    engine.evaluate(MODEL, [state.policies[0], state.task])


def problems(count: int, seed: int = 11) -> np.ndarray:
    return TASK.problems(count, np.random.default_rng(seed), held_out=True)


def names(prompts: np.ndarray) -> list[list[str]]:
    return [[ARRANGEMENTS[step] for step in steps] for steps in TASK.steps_of(prompts)]


READ = """(rows) => {
    const reader = model.reader();
    return rows.map((row) => {
        reader.rewind();
        return row.map((token) => Array.from(reader.read(token)));
    });
}"""


def test_the_page_finds_the_logits_of_torch(engine: Page, kept: LlamaForCausalLM) -> None:
    prompts = problems(PROBLEMS)
    texts = np.concatenate(
        [prompts, completed(kept, TASK, prompts, np.random.default_rng(1), opening="think")], 1
    )
    rows = torch.from_numpy(texts)
    seen = torch.tensor(engine.evaluate(READ, texts.tolist()))
    with torch.no_grad():
        assert (
            seen - library_logits(kept, rows)
        ).abs().max() < 1e-3  # kept weights are bfloat16: nothing is rounded


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_models_of_other_shapes_have_the_logits_of_torch(engine: Page, shape: ModelSettings) -> None:
    model = awake(shape, 3, TASK.vocabulary)
    take_in(engine, model, TASK)
    tokens = some_tokens(6, 28, seed=2, words=9)
    seen = torch.tensor(engine.evaluate(READ, tokens.tolist()))
    with torch.no_grad():
        expected = library_logits(of_the_page(model), tokens)
    assert (seen - expected).abs().max() < 1e-3
    assert (expected.std(0)[1:, [0, 1, *range(3, 12)]] > 1e-2).all()  # texts do move every word but padding


def test_a_reader_that_forgets_reads_on_as_if_it_had_never_known(engine: Page) -> None:
    take_in(engine, awake(SHAPES["as the policies"], 4, TASK.vocabulary), TASK)
    script = """() => {
        const [one, other] = [model.reader(), model.reader()];
        const read = (reader, tokens) => tokens.map((token) => Array.from(reader.read(token)));
        read(one, [0, 6, 7, 8, 9, 10]);
        one.rewind(3);
        read(other, [0, 6, 7]);
        return [read(one, [11, 5, 4]), read(other, [11, 5, 4])];
    }"""
    first, second = engine.evaluate(script)
    assert first == second
    with pytest.raises(Error, match="window is full"):
        engine.evaluate("() => { const reader = model.reader(); for (;;) reader.read(3); }")


@pytest.mark.parametrize("opening", ["free", "think", "answer"])
def test_the_likeliest_traces_are_those_of_python(engine: Page, kept: LlamaForCausalLM, opening) -> None:
    prompts = problems(PROBLEMS)
    texts = completed(kept, TASK, prompts, np.random.default_rng(0), opening=opening, temperature=0.0)
    seen = engine.evaluate(WRITE, [names(prompts), opening, None])
    assert seen == [TASK.vocabulary.decode(text) for text in texts.tolist()]
    assert len(set(seen)) > {"free": 20, "think": 40, "answer": 1}[opening]


@pytest.mark.parametrize("place", [0, 2, 4, 8, 9])
def test_what_is_written_after_an_edit_is_what_python_writes(
    engine: Page, kept: LlamaForCausalLM, place: int
) -> None:
    prompts, after = problems(PROBLEMS), TASK.arrangements(problems(PROBLEMS))
    after[:, place] = (after[:, place] + 1 + np.arange(PROBLEMS) % 5) % 6
    ids = TASK.vocabulary.ids
    traces = np.concatenate([np.full((PROBLEMS, 1), ids["think"]), after[:, : place + 1] + TASK.first], 1)
    texts = continued(kept, TASK, prompts, traces, np.random.default_rng(0))
    standing = [
        {
            "opening": "think",
            "words": [ARRANGEMENTS[step] for step in row[: place + 1]],
            "places": list(range(place + 1)),
            "edits": [place],
        }
        for row in after
    ]
    seen = engine.evaluate(WRITE, [names(prompts), "free", standing])
    assert seen == [TASK.vocabulary.decode(text) for text in texts.tolist()]


def test_shorter_problems_are_filled_up_as_python_fills_them(engine: Page) -> None:
    task = WordProblem((1, 2, 3, 5))
    model = awake(SHAPES["as the policies"], 5, task.vocabulary)
    take_in(engine, model, task)
    steps = np.array([[3, 1, -1, -1, -1], [2, 5, 4, -1, -1], [1, -1, -1, -1, -1], [1, 0, 2, 5, 3]])
    prompts = task.prompts_of(steps)
    given = [[ARRANGEMENTS[step] for step in row if step >= 0] for row in steps]
    script = """(problems) => {
        const writer = new companionLive.TraceWriter(model, task);
        return problems.map((permutations) => writer.answers(permutations, ["think", "ABC"]));
    }"""
    ids = [task.vocabulary.ids[word] for word in ("think", "ABC", "answer")]
    rows = torch.from_numpy(np.concatenate([prompts, np.tile(ids, (4, 1))], 1))
    with torch.no_grad():
        expected = library_logits(of_the_page(model), rows)[:, -1].softmax(-1)[:, task.first :]
    seen = torch.tensor(engine.evaluate(script, given))
    assert (seen - expected).abs().max() < 1e-5
    assert (seen - seen[0]).abs().max() > 1e-2


def test_the_page_knows_the_rules(engine: Page) -> None:
    prompts = problems(60, seed=2)
    script = "(all) => all.map((one) => one.map((_, i) => companionLive.shuffledBy(one.slice(0, i + 1))))"
    assert engine.evaluate(script, names(prompts)) == [arrangements_after(given) for given in names(prompts)]


@pytest.mark.parametrize(
    ("count", "steps", "kept", "places"),
    [
        (10, 10, [], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]),
        (5, 10, [], [1, 3, 5, 7, 9]),  # every second step
        (4, 9, [], [1, 3, 5, 7]),
        (7, 10, [], [0, 1, 2, 3, 4, 5, 6]),  # neither: one after the other
        (12, 10, [], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]),
        (0, 10, [], []),
        (1, 1, [], [0]),
        (10, 10, [0, 1, 2], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]),
        (5, 10, [0, 1, 2, 3, 4], [0, 1, 2, 3, 4]),  # what stands stays where it stands
        (5, 10, [1, 3], [1, 3, 5, 7, 9]),
        (8, 10, [1, 3], [1, 3, 4, 5, 6, 7, 8, 9]),
        (10, 10, [1], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]),  # the rest finds no room: counted anew
    ],
)
def test_words_stand_under_their_permutations(engine: Page, count, steps, kept, places) -> None:
    script = "([count, steps, kept]) => companionLive.placesOf(count, steps, kept)"
    assert engine.evaluate(script, [count, steps, kept]) == places


SAID = """([permutations, trace]) => {
    const made = new companionLive.Trace(permutations, trace);
    return [made.implied, made.right, made.brokenOff, made.words.map((_, i) => made.slips(i))];
}"""


def test_where_an_edit_leads_and_which_words_slip(engine: Page) -> None:
    random = np.random.default_rng(8)
    for given in names(problems(30, seed=4)):
        after = arrangements_after(given)
        place, wrong = int(random.integers(10)), ARRANGEMENTS[int(random.integers(6))]
        words, led = [*after[:place], wrong], wrong
        for permutation in given[place + 1 :]:
            words.append(led := shuffled(led, permutation))
        trace = {
            "opening": "think",
            "words": words,
            "places": list(range(10)),
            "edits": [place],
            "answer": led,
        }
        assert engine.evaluate(SAID, [given, trace]) == [led, after[-1], 0, [False] * 10]
        own = trace | {"edits": []}
        assert engine.evaluate(SAID, [given, own])[3] == [
            step == place and wrong != after[place] for step in range(10)
        ]
        halves = {"words": after[1::2], "places": [1, 3, 5, 7, 9], "answer": after[-1]}
        assert engine.evaluate(SAID, [given, halves]) == [None, after[-1], 0, [False] * 5]
        short = trace | {"words": words[:6], "places": list(range(6)), "edits": []}
        assert engine.evaluate(SAID, [given, short])[2] == 6


def test_words_are_drawn_as_often_as_they_are_likely(engine: Page) -> None:
    script = """([logits, count]) => {
        const luck = companionLive.uniforms(5);
        return Array.from({ length: count }, (_, n) => companionLive.drawn(logits, luck(n)));
    }"""
    logits, count = [1.0, -2.0, 0.5, -30.0, 1.5], 20_000
    drawn = np.bincount(engine.evaluate(script, [logits, count]), minlength=5)
    likely = np.exp(logits) / np.exp(logits).sum()
    assert (np.abs(drawn - count * likely) < 4 * np.sqrt(count * likely) + 1).all()
    assert engine.evaluate("() => companionLive.drawn([0, 0], 1 - 2 ** -53)") == 1
