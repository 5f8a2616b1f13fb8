"""The network in the search's hole: sound priors, and mirror images treated alike although the network does not."""

import numpy as np
import pytest
import torch

from companion.alphazero import inference
from companion.alphazero.evaluator import SMALLEST, network_evaluator
from companion.alphazero.network import NetworkSettings
from companion.games.board import CONNECT_FOUR, CONNECT_THREE
from companion.games.connect_four import Position, mirror
from companion.games.notation import to_planes
from companion.search.batched import search
from tests.alphazero.referee import awake
from tests.search.positions import recorded, sampled

SMALL = NetworkSettings(8, 1, 16)


def images_of(mine: np.ndarray, stones: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    pairs = [
        mirror(CONNECT_FOUR, Position(m, s)) for m, s in zip(mine.tolist(), stones.tolist(), strict=True)
    ]
    images = np.array(pairs, np.int64)
    return images[:, 0].copy(), images[:, 1].copy()


def test_the_prior_is_the_softmax_of_the_logits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inference, "_has_bfloat16", lambda: False)
    network, positions = awake(CONNECT_THREE, SMALL, 0), sampled(CONNECT_THREE, 2, 7)
    prior, value = network_evaluator(CONNECT_THREE, network)(*positions)
    with torch.no_grad():
        logits, expected = network(torch.from_numpy(to_planes(CONNECT_THREE, *positions)))
    powers = np.exp(logits.double().numpy())
    assert prior == pytest.approx(powers / powers.sum(axis=1, keepdims=True), abs=1e-5)
    assert value == pytest.approx(expected.numpy(), abs=1e-6)


def test_priors_are_positive_and_sum_to_one() -> None:
    prior, value = network_evaluator(CONNECT_FOUR, awake(CONNECT_FOUR, SMALL, 0))(
        *sampled(CONNECT_FOUR, 0, 9, 20, count=20)
    )
    assert (prior >= np.float32(SMALLEST)).all()
    assert prior.sum(axis=1) == pytest.approx(1, abs=7 * SMALLEST)
    assert (np.abs(value) <= 1).all()


def test_no_prior_is_so_small_that_the_search_never_comes_by() -> None:
    network = awake(CONNECT_FOUR, SMALL, 0)
    with torch.no_grad():
        network.heads.bias[3] = 200.0
    prior, _ = network_evaluator(CONNECT_FOUR, network)(*sampled(CONNECT_FOUR, 0, 9))
    assert (np.delete(prior, 3, axis=1) == np.float32(SMALLEST)).all()
    assert prior[:, 3] == pytest.approx(1)


def test_what_is_not_finite_comes_out_as_such_for_the_search_to_refuse() -> None:
    network = awake(CONNECT_FOUR, SMALL, 0)
    with torch.no_grad():
        network.heads.bias[3] = torch.nan
    with pytest.raises(ValueError, match="the evaluator returned"):
        search(CONNECT_FOUR, *sampled(CONNECT_FOUR, 0), network_evaluator(CONNECT_FOUR, network), 5)


def test_the_network_knows_nothing_of_mirror_images() -> None:
    positions = sampled(CONNECT_FOUR, 5, 9)
    evaluate = network_evaluator(CONNECT_FOUR, awake(CONNECT_FOUR, SMALL, 0))
    straight, mirrored = evaluate(*positions), evaluate(*images_of(*positions))
    assert np.abs(straight.prior - mirrored.prior[:, ::-1]).max() > 0.01
    assert np.abs(straight.value - mirrored.value).max() > 0.01


def test_through_the_search_a_mirror_image_gets_the_mirrored_answer() -> None:
    """The search asks about one of the two only, and turns the answer around for the other."""
    positions = sampled(CONNECT_FOUR, 5, 9)
    evaluate, batches = recorded(network_evaluator(CONNECT_FOUR, awake(CONNECT_FOUR, SMALL, 0)))
    straight = search(CONNECT_FOUR, *positions, evaluate, 40)
    asked = {tuple(position) for batch in batches for position in batch.tolist()}
    mirrored = search(CONNECT_FOUR, *images_of(*positions), evaluate, 40)
    assert {tuple(position) for batch in batches for position in batch.tolist()} == asked
    assert straight.prior == pytest.approx(mirrored.prior[:, ::-1], abs=1e-6)
    assert np.array_equal(straight.visit_counts, mirrored.visit_counts[:, ::-1])
    assert np.array_equal(straight.value, mirrored.value)
