"""Interventions change what they say and nothing else; the library, with masks and other texts, says what follows."""

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor
from transformers import LlamaForCausalLM

from companion.lab.errors import LabError
from companion.plasticity.state.instance import State, ask, rate, some, state_of
from companion.plasticity.state.interventions import evicted, load_state, save_state, transplanted
from companion.transformer.forward import KeysValues
from tests.plasticity.speaker import between, bits, ids, library_after, speaker, texts

ROWS, TIME = 3, 10
QUESTION = "for-or-against speed"
GONE = [2, 3, 6]


def answers(model: LlamaForCausalLM, state: State) -> np.ndarray:
    """What the state answers to the question."""
    return ask(model, state, (0,), (2,)).yes[:, 0, 0]


def numbers(state: State) -> np.ndarray:
    """Keys and values: layers, two, rows, heads, words, width."""
    return np.stack([[part.numpy() for part in layer] for layer in state.layers])


@torch.no_grad()
def library_answers(model: LlamaForCausalLM, tokens: np.ndarray, **also: Tensor) -> np.ndarray:
    """What the library answers to the question after whole texts."""
    asked = torch.tensor(ids(QUESTION)).expand(len(tokens), -1)
    logits = model(input_ids=torch.cat([torch.from_numpy(tokens), asked], 1), use_cache=False, **also).logits
    return between(logits[:, -1], "for against")[:, 0]


def never_read(model: LlamaForCausalLM, tokens: np.ndarray, gone: list[int]) -> np.ndarray:
    """What the library answers where some words were never there, and the others stand where they stood."""
    there = torch.from_numpy(np.delete(np.arange(TIME + 2), gone)).expand(ROWS, -1)
    all_seen = torch.ones_like(there)  # without it, the library takes a gap for the end of a text
    return library_answers(model, np.delete(tokens, gone, 1), position_ids=there, attention_mask=all_seen)


@pytest.mark.parametrize("layers", [1, 2])
def test_who_asks_cannot_see_what_was_evicted_and_the_text_could(layers: int) -> None:
    model, tokens = speaker(layers=layers), texts(ROWS, TIME)
    hidden = torch.ones(TIME + 2, TIME + 2, dtype=torch.bool).triu(1)
    hidden[TIME:, GONE] = True
    mask = torch.zeros(hidden.shape).masked_fill(hidden, -torch.inf).expand(ROWS, 1, -1, -1)
    state = evicted(state_of(model, tokens), GONE)
    assert (state.held, state.next) == (TIME - 3, TIME)
    np.testing.assert_allclose(
        answers(model, state), library_answers(model, tokens, attention_mask=mask), atol=1e-4
    )
    by_cache = between(library_after(model, state, QUESTION)[:, -1], "for against")[:, 0]
    np.testing.assert_allclose(answers(model, state), by_cache, atol=1e-4)


@pytest.mark.parametrize(
    ("layers", "gone", "same"), [(1, GONE, True), (2, [8, 9], True), (2, GONE, False), (2, [7], False)]
)
def test_evicted_is_never_read_only_where_no_other_word_kept_anything_of_it(
    layers: int, gone: list[int], same: bool
) -> None:
    model, tokens = speaker(layers=layers), texts(ROWS, TIME)
    found = answers(model, evicted(state_of(model, tokens), gone))
    apart = np.abs(found - never_read(model, tokens, gone)).max()
    assert (apart < 1e-4) if same else (apart > 1e-3)
    assert np.abs(found - library_answers(model, tokens)).max() > 1e-3


def test_eviction_leaves_the_other_words_and_the_old_state_to_the_last_bit() -> None:
    state = state_of(speaker(), texts(ROWS, TIME))
    before = bits(state)
    np.testing.assert_array_equal(numbers(evicted(state, GONE)), np.delete(numbers(state), GONE, 4))
    assert bits(evicted(state, [])) == bits(state) == before


def test_without_any_word_left_a_question_stands_alone() -> None:
    model, tokens = speaker(), texts(ROWS, TIME)
    found = answers(model, evicted(state_of(model, tokens), list(range(TIME))))
    np.testing.assert_allclose(found, library_answers(model, tokens[:, :0]), atol=1e-4)


@pytest.mark.parametrize("bad", [TIME, -1])
def test_a_word_that_is_not_held_cannot_be_evicted(bad: int) -> None:
    with pytest.raises(LabError, match=r"^The state holds words 0 to 9: others cannot be evicted\.$"):
        evicted(state_of(speaker(), texts(ROWS, TIME)), [0, bad])


def test_who_gets_the_whole_state_answers_as_the_donor_to_the_last_bit() -> None:
    model = speaker()
    donor, receiver = (state_of(model, texts(ROWS, TIME, seed)) for seed in (0, 1))
    before = bits(donor), bits(receiver)
    mixed, items = transplanted(donor, receiver), np.arange(20)
    assert bits(mixed) == bits(donor) != bits(receiver)
    for asked in (
        (ask(model, mixed), ask(model, donor)),
        ((rate(model, each, items),) for each in (mixed, donor)),
    ):
        for ours, theirs in zip(*asked, strict=True):
            np.testing.assert_array_equal(ours, theirs)
    assert (bits(donor), bits(receiver)) == before


@pytest.mark.parametrize("layers", [None, [1], [0, 1], []])
@pytest.mark.parametrize("positions", [None, [2, 5], []])
def test_a_transplant_touches_the_named_layers_and_positions_alone(
    layers: list[int] | None, positions: list[int] | None
) -> None:
    model = speaker()
    donor, receiver = (state_of(model, texts(ROWS, TIME, seed)) for seed in (0, 1))
    theirs, own = numbers(donor), numbers(receiver)
    for layer in range(2) if layers is None else layers:
        for position in range(TIME) if positions is None else positions:
            own[layer, ..., position, :] = theirs[layer, ..., position, :]
    mixed = transplanted(donor, receiver, layers, positions)
    np.testing.assert_array_equal(numbers(mixed), own)
    assert mixed.next == TIME


def test_in_one_layer_another_s_words_are_as_good_as_read() -> None:
    model, theirs, own = speaker(layers=1), texts(ROWS, TIME, 0), texts(ROWS, TIME, 1)
    mixed = transplanted(state_of(model, theirs), state_of(model, own), positions=GONE)
    read = own.copy()
    read[:, GONE] = theirs[:, GONE]
    np.testing.assert_allclose(answers(model, mixed), library_answers(model, read), atol=1e-4)


def test_states_of_unlike_shapes_are_not_exchanged() -> None:
    own = state_of(speaker(), texts(ROWS, TIME))
    shorter, fewer = state_of(speaker(), texts(ROWS, TIME - 1)), some(own, slice(0, 2))
    flat = state_of(speaker(layers=1), texts(ROWS, TIME))
    for other in (shorter, fewer, flat):
        with pytest.raises(LabError, match=r"^A state of shape \(.*\) cannot replace one of shape .*\.$"):
            transplanted(other, own)


def test_a_state_comes_back_from_disk_to_the_last_bit(tmp_path: Path) -> None:
    model = speaker()
    state = evicted(state_of(model, texts(ROWS, TIME)), GONE)
    save_state(tmp_path / "state", state, model)
    again = load_state(tmp_path / "state", speaker())
    assert bits(again) == bits(state)
    assert again.next == TIME
    np.testing.assert_array_equal(answers(model, again), answers(model, state))


@pytest.mark.parametrize("rows", [slice(0, 1), np.array([2, 0])])
def test_some_of_the_instances_are_saved_alone(tmp_path: Path, rows: slice | np.ndarray) -> None:
    model = speaker()
    state = state_of(model, texts(ROWS, TIME))
    save_state(tmp_path / "state", some(state, rows), model)
    np.testing.assert_array_equal(numbers(load_state(tmp_path / "state", model)), numbers(state)[:, :, rows])


def test_the_state_of_another_model_is_refused(tmp_path: Path) -> None:
    save_state(tmp_path / "state", state_of(speaker(), texts(ROWS, TIME)), speaker())
    other = speaker()
    with torch.no_grad():
        other.lm_head.weight[7, 3] += 1e-6
    with pytest.raises(
        LabError, match=r"^state is the state of another model: only the weights .* read it\.$"
    ):
        load_state(tmp_path / "state", other)


def test_layers_of_unlike_shapes_are_no_state(tmp_path: Path) -> None:
    state = state_of(speaker(), texts(ROWS, TIME))
    first, second = state.layers
    mended = State([first, KeysValues(second.keys[:, :, 1:], second.values[:, :, 1:])], TIME)
    for use in (
        lambda: save_state(tmp_path / "state", mended, speaker()),
        lambda: transplanted(mended, state),
    ):
        with pytest.raises(
            LabError, match=r"^The layers of a state have keys and values of unlike shapes: .*\.$"
        ):
            use()
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("kept", [0, 5, 400, -1])
def test_a_damaged_file_is_refused(tmp_path: Path, kept: int) -> None:
    file = tmp_path / "state"
    save_state(file, state_of(speaker(), texts(ROWS, TIME)), speaker())
    file.write_bytes(file.read_bytes()[:kept])
    with pytest.raises(LabError, match=r"^state is not a readable state \(.*\)\.$"):
        load_state(file, speaker())


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LabError, match=r"^state is not a readable state"):
        load_state(tmp_path / "state", speaker())
