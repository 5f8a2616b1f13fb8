"""The conversation's model, its exact agent and its evictions, as the browser works them out, against Python's."""

from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Browser, Page
from transformers import LlamaForCausalLM

from companion.plasticity.conversation.bayes import likes, posteriors
from companion.plasticity.conversation.culture import Culture, culture, prior
from companion.plasticity.conversation.language import VOCABULARY, worded
from companion.plasticity.conversation.world import FRAMINGS, QUALITIES, TOPICS, VOICES
from companion.plasticity.schooling import kept
from companion.plasticity.schooling.recipe import FULL
from companion.plasticity.state.instance import State, ask, state_of
from companion.plasticity.state.interventions import evicted
from companion.plasticity.views.ending import places
from companion.transformer.model import ModelSettings
from companion.widgets import pieces
from companion.widgets.conversation import conversation
from companion.widgets.llama_in_page import of_the_page
from companion.widgets.told import TURNS, script_of
from tests.transformer.models import awake

OF = culture(0)
SOME = ("novels", "films", "gardens", "games")  # of every strength
MODEL = """([spec, world]) => {
    globalThis.world = new companionLive.ViewsWorld(world);
    globalThis.topicOf = (name) => world.topics.find((topic) => topic.name === name);
    const model = new companionLive.Llama(spec.shape, spec.weights);
    globalThis.instance = new companionLive.Instance(model, globalThis.world);
}"""
ANSWERS = """([topic, said, kind]) => {
    instance.follow(world.text(topicOf(topic), said));
    return world.framings.map((framing) => instance.answers(framing, world.places(kind, said.length)));
}"""
EXACT = "([topic, said]) => world.exact(topicOf(topic), said)"


@pytest.fixture(scope="module")
def engine(chromium: Browser) -> Iterator[Page]:
    """An empty page that knows the piece's scripts."""
    page = chromium.new_page()
    for name in pieces.SCRIPTS["conversation"]:
        page.add_script_tag(path=pieces.FOLDER / f"{name}.js")
    yield page
    page.close()


@pytest.fixture(scope="module")
def speaker(engine: Page) -> LlamaForCausalLM:
    """The speaker that the chapter shows, which the page has taken in."""
    model = kept.speaker(FULL, 0, 0)
    take_in(engine, model)
    return model


def take_in(engine: Page, model: LlamaForCausalLM, of: Culture = OF) -> None:
    state = conversation(model, of, SOME).widget
    engine.evaluate(MODEL, [state.speaker, state.world])


def chat(turns: int, seed: int) -> list[str]:
    """Anybody says anything, and now and then nobody does."""
    random = np.random.default_rng(seed)
    said = [
        f"{VOICES[random.integers(5)]}-{('likes', 'dislikes')[random.integers(2)]}-{QUALITIES[random.integers(16)]}"
        for _ in range(turns)
    ]
    return [word if random.random() < 0.85 else "nobody-speaks" for word in said]


def state_after(model: LlamaForCausalLM, topic: str, said: list[str]) -> State:
    return state_of(model, worded(script_of(topic, said)))


CHATS = [(topic, chat(turns, seed)) for seed, topic in enumerate(SOME) for turns in (0, 1, 3, 12, TURNS)]


def test_the_page_makes_the_text_of_python(engine: Page, speaker: LlamaForCausalLM) -> None:
    for topic, said in CHATS:
        text = engine.evaluate("([topic, said]) => world.text(topicOf(topic), said)", [topic, said])
        assert " ".join(text) == VOCABULARY.decode(worded(script_of(topic, said))[0].tolist())


def test_the_page_gives_the_answers_of_torch(engine: Page, speaker: LlamaForCausalLM) -> None:
    for topic, said in CHATS:
        expected = ask(speaker, state_after(speaker, topic, said), tuple(range(6))).yes[0]
        seen = np.array(engine.evaluate(ANSWERS, [topic, said, "nothing"]))
        assert np.abs(seen - expected).max() < 1e-3  # kept weights are bfloat16: nothing is rounded


@pytest.mark.parametrize("kind", ["statements", "questions"])
def test_words_are_taken_out_as_python_takes_them_out(
    engine: Page, speaker: LlamaForCausalLM, kind: str
) -> None:
    for topic, said in CHATS:
        script = script_of(topic, said)
        out = [place for turn in places(script.layout)[kind == "questions"] for place in turn]
        assert engine.evaluate("([kind, turns]) => world.places(kind, turns)", [kind, len(said)]) == out
        whole = state_after(speaker, topic, said)
        expected = ask(speaker, evicted(whole, out), tuple(range(6))).yes[0]
        seen = np.array(engine.evaluate(ANSWERS, [topic, said, kind]))
        assert np.abs(seen - expected).max() < 1e-3
        back = np.array(engine.evaluate(ANSWERS, [topic, said, "nothing"]))
        assert np.abs(back - ask(speaker, whole, tuple(range(6))).yes[0]).max() < 1e-3


def test_other_models_are_asked_and_emptied_as_by_torch(engine: Page) -> None:
    model = awake(ModelSettings(24, 3, 4, 10, 128), 5, VOCABULARY)
    take_in(engine, model)
    topic, said = "films", chat(9, 3)
    rounded = of_the_page(model)
    whole = state_after(rounded, topic, said)
    seen = {
        kind: np.array(engine.evaluate(ANSWERS, [topic, said, kind])) for kind in ("nothing", "statements")
    }
    for kind, out in (("nothing", []), ("statements", list(range(2, 38, 4)))):
        expected = ask(rounded, evicted(whole, out), tuple(range(6))).yes[0]
        assert np.abs(seen[kind] - expected).max() < 1e-3
    assert np.abs(seen["nothing"] - seen["statements"]).max() > 1e-2


def test_what_is_taken_out_is_gone_wherever_it_stood(engine: Page) -> None:
    """Any places at all, the next word where it would have been."""
    model = awake(ModelSettings(16, 2, 2, 40, 128), 6, VOCABULARY)
    take_in(engine, model)
    rounded, tokens = of_the_page(model), worded(script_of("novels", chat(6, 2)))
    script = """([tokens, out, more]) => {
        const reader = instance.reader;
        reader.rewind();
        tokens.forEach((token) => reader.read(token));
        const other = reader.without(out).without([0]);
        return more.map((token) => Array.from(other.read(token)));
    }"""
    out, (yes, no) = [1, 4, 5, 9, 20, 25], (VOCABULARY.ids["for"], VOCABULARY.ids["against"])
    question = VOCABULARY.encode("for-or-against echo")
    logits = engine.evaluate(script, [tokens[0].tolist(), out, question])[-1]
    gone = evicted(evicted(state_of(rounded, tokens), out), [0])
    expected = ask(rounded, gone, (0,), (QUALITIES.index("echo"),)).yes[0, 0, 0]
    assert 1 / (1 + np.exp(logits[no] - logits[yes])) == pytest.approx(float(expected), abs=1e-4)


@pytest.mark.parametrize("number", [0, 3])
def test_the_exact_agent_is_that_of_python(engine: Page, speaker: LlamaForCausalLM, number: int) -> None:
    take_in(engine, speaker, culture(number))
    for topic, said in CHATS:
        script = script_of(topic, said)
        before = prior(culture(number), script.topic, trained=False)
        expected = likes(posteriors(script, before)[:, -1])[0]
        assert engine.evaluate(EXACT, [topic, said]) == pytest.approx(expected, abs=1e-9)


def test_what_was_read_is_not_read_again_and_what_was_taken_back_is_forgotten(
    engine: Page, speaker: LlamaForCausalLM
) -> None:
    take_in(engine, speaker)
    script = """([topic, said]) => {
        const read = instance.reader.read.bind(instance.reader);
        let words = 0;
        instance.reader.read = (token) => { words++; return read(token); };
        const counts = said.map((_, turn) => {
            words = 0;
            instance.follow(world.text(topicOf(topic), said.slice(0, turn + 1)));
            instance.answers("agree");
            return words;
        });
        instance.follow(world.text(topicOf(topic), said.slice(0, 2)));
        const back = instance.answers("agree");
        instance.follow(world.text(topicOf(topic), []));
        return [counts, back, instance.answers("agree")];
    }"""
    said = chat(5, 9)
    counts, back, empty = engine.evaluate(script, ["gardens", said])
    assert counts == [2 + 4 + 17, *[4 + 17] * 4]  # a turn, a framing and sixteen qualities
    agree = (FRAMINGS.index("agree"),)
    for seen, told in ((back, said[:2]), (empty, [])):
        expected = ask(speaker, state_after(speaker, "gardens", told), agree).yes[0, 0]
        assert np.abs(np.array(seen) - expected).max() < 1e-3


def test_every_word_of_the_language_means_the_same_here_and_there(
    engine: Page, speaker: LlamaForCausalLM
) -> None:
    said = engine.evaluate(
        "() => [...world.statements].map(([word, one]) => [word, one.voice, one.quality, one.likes])"
    )
    assert len(said) == 160
    for word, voice, quality, likes_it in said:
        verb = "likes" if likes_it else "dislikes"
        assert word == f"{VOICES[voice]}-{verb}-{QUALITIES[quality]}"
        assert word in VOCABULARY.ids
    assert set(SOME) <= set(TOPICS)
