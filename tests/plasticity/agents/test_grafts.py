"""Pairs of conversations, and parts of states moved between them, in networks whose anatomy is known."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from transformers import LlamaForCausalLM

from companion.plasticity.agents import grafts
from companion.plasticity.agents.grafts import (
    Pair,
    legible,
    moved,
    opposed,
    read_by_another,
    sided,
    without,
)
from companion.plasticity.arms import ARMS, Situation
from companion.plasticity.conversation.culture import culture
from companion.plasticity.conversation.language import VOCABULARY
from companion.plasticity.conversation.world import QUALITIES, VIEWS
from companion.plasticity.state.adoption import adoption
from companion.plasticity.state.instance import State, ask, state_of
from companion.transformer.forward import KeysValues
from tests.plasticity.speaker import library_after, speaker

SHORT = replace(ARMS["told"], turns=4)


def pair_of(situation: Situation = SHORT, told: int = 4, rows: int = 12) -> Pair:
    return opposed(culture(0), situation, told, rows, np.random.default_rng(0))


@pytest.fixture(scope="module")
def pair() -> Pair:
    """A few short conversations."""
    return pair_of()


def words_alone(layer_without_attention: int) -> LlamaForCausalLM:
    """A network that mixes nothing into its words in one of its two layers."""
    model = speaker()
    with torch.no_grad():
        model.model.layers[layer_without_attention].self_attn.o_proj.weight.zero_()
    return model


def test_two_conversations_differ_in_what_was_said(pair: Pair) -> None:
    for theirs, own in zip(pair.donor.tokens, pair.receiver.tokens, strict=True):
        one, other = (VOCABULARY.decode(tokens.tolist()).split() for tokens in (theirs, own))
        differ = [place for place, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
        assert differ == pair.said == sorted(set(range(len(one))) - set(pair.shared))
        for place in differ:
            voice, verb, quality = one[place].split("-")
            turned = {"likes": "dislikes", "dislikes": "likes"}[verb]
            assert other[place] == f"{voice}-{turned}-{quality}"
    assert len(pair.said) == 4
    np.testing.assert_array_equal(VIEWS[pair.donor.view], -VIEWS[pair.receiver.view])


def test_after_what_is_told_nobody_speaks() -> None:
    silenced = pair_of(told=1)
    assert len(silenced.said) == 1
    for tokens in silenced.donor.tokens:
        assert VOCABULARY.decode(tokens.tolist()).split().count("nobody-speaks") == 3


def test_a_whole_state_answers_as_its_donor(pair: Pair) -> None:
    model = speaker()
    found = moved(model, model, pair)
    theirs = ask(model, state_of(model, pair.donor.tokens)).yes[:, 0]
    own = ask(model, state_of(model, pair.receiver.tokens)).yes[:, 0]
    assert found["whole"] == pytest.approx(adoption(theirs, pair.donor.view), abs=1e-6)
    assert found["before"] == pytest.approx(adoption(own, pair.donor.view), abs=1e-6)
    assert found["moved"] == pytest.approx(adoption(theirs - own + 0.5, pair.donor.view) - 0.5, abs=1e-5)


def test_parts_are_the_library_s(pair: Pair) -> None:
    """The shared words of the second layer from the donor, put together by hand and read by the library."""
    model = speaker()
    theirs, own = (state_of(model, each.tokens) for each in (pair.donor, pair.receiver))
    layers = [KeysValues(*(part.clone() for part in layer)) for layer in own.layers]
    for place in pair.shared:
        for mixed, donated in zip(layers[1], theirs.layers[1], strict=True):
            mixed[:, :, place] = donated[:, :, place]
    quality, words = 6, ("for", "against")
    logits = library_after(model, State(layers, own.next), f"for-or-against {QUALITIES[quality]}")[:, -1]
    two = logits[:, [VOCABULARY.encode(word)[0] for word in words]].softmax(-1)[:, 0].numpy()
    by_part = np.asarray(moved(model, model, pair)["by_part"])
    assert by_part.shape == (2, 2)
    mixture = ask(model, grafts.transplanted(theirs, own, [1], pair.shared)).yes[:, 0]
    np.testing.assert_allclose(mixture[:, quality], two, atol=1e-4)
    assert by_part[1, 1] == pytest.approx(adoption(mixture, pair.donor.view), abs=1e-6)


def test_a_network_that_mixes_holds_something_at_other_words(pair: Pair) -> None:
    model = speaker()
    assert abs(float(moved(model, model, pair)["held"])) > 1e-3


def test_where_the_first_layer_reads_words_alone_nothing_is_held(pair: Pair) -> None:
    """All keys and values then belong to their word."""
    model = words_alone(0)
    found = moved(model, model, pair)
    assert found["held"] == pytest.approx(0, abs=1e-6)
    assert found["first_layer"] == pytest.approx(found["before"], abs=1e-6)
    assert found["later_layers"] == found["said"] == pytest.approx(found["whole"], abs=1e-6)
    assert abs(float(found["moved"])) > 1e-4


def test_where_the_second_layer_does_not_look_the_first_takes_all_along(pair: Pair) -> None:
    model = words_alone(1)
    found = moved(model, model, pair)
    assert found["later_layers"] == pytest.approx(found["before"], abs=1e-6)
    assert found["first_layer"] == found["said"] == pytest.approx(found["whole"], abs=1e-6)


def test_without_words_it_answers_from_the_others(pair: Pair) -> None:
    model = speaker()
    state = state_of(model, pair.donor.tokens)
    kept = State(
        [KeysValues(*(part[:, :, pair.shared] for part in layer)) for layer in state.layers], state.next
    )
    found = without(model, pair)
    assert found["without_said"] == pytest.approx(sided(model, kept, pair.donor.view), abs=1e-6)
    assert found["own"] != pytest.approx(found["without_said"], abs=1e-4)


def test_other_weights_get_the_state_or_the_words(pair: Pair) -> None:
    model, other = speaker(), speaker(1)
    found = read_by_another(model, other, pair.donor)
    theirs = adoption(ask(other, state_of(other, pair.donor.tokens)).yes[:, 0], pair.donor.view)
    foreign = adoption(ask(other, state_of(model, pair.donor.tokens)).yes[:, 0], pair.donor.view)
    assert (found["other_words"], found["other_state"]) == pytest.approx((theirs, foreign), abs=1e-6)
    assert read_by_another(model, model, pair.donor)["other_state"] == pytest.approx(
        adoption(ask(model, state_of(model, pair.donor.tokens)).yes[:, 0], pair.donor.view), abs=1e-6
    )


@pytest.mark.parametrize(("planted", "least", "most"), [(1.0, 0.98, 1.0), (0.0, 0.4, 0.6)])
def test_a_probe_reads_what_is_there(
    monkeypatch: pytest.MonkeyPatch, planted: float, least: float, most: float
) -> None:
    many = pair_of(rows=300)
    noise = torch.Generator().manual_seed(0)

    def state(_: LlamaForCausalLM, tokens: np.ndarray) -> State:
        view = many.donor.view if np.array_equal(tokens, many.donor.tokens) else many.receiver.view
        shape = (len(tokens), 2, tokens.shape[1], 4)
        layers = [KeysValues(*(torch.randn(shape, generator=noise) for _ in range(2))) for _ in range(2)]
        layers[1].values[:, 0, many.shared[-2]] += 3 * planted * torch.from_numpy(VIEWS[view])
        return State(layers, tokens.shape[1])

    monkeypatch.setattr(grafts, "state_of", state)
    assert least <= legible(speaker(), many) <= most
