"""Whole numbers against sums by hand, against their twin, and against the network in float32."""

import copy

import numpy as np
import pytest
import torch

from companion.alphazero import quantized
from companion.alphazero.evaluator import network_evaluator
from companion.alphazero.network import NetworkSettings
from companion.alphazero.quantized import (
    Convolution,
    Quantized,
    has_integer_products,
    integer_evaluator,
    quantize,
    samples,
)
from companion.games.board import CONNECT_FOUR, CONNECT_THREE, Board
from tests.alphazero.referee import PARTS, apart, awake, boards_full_of_stones, step
from tests.search.positions import sampled

needs_integers = pytest.mark.skipif(
    not has_integer_products(), reason="this processor does not multiply integers of 8 bits"
)

SMALL = NetworkSettings(8, 1, 16)


def quantized_network(board: Board, settings: NetworkSettings) -> Quantized:
    return quantize(awake(board, settings, seed=3), boards_full_of_stones(board, 256))


def layer(random: np.random.Generator, channels: int = 3, size: int = 3) -> Convolution:
    weight = torch.from_numpy(random.integers(-127, 128, (4, channels, size, size)).astype(np.int8))
    step, bias = torch.from_numpy(random.uniform(0.5, 2, (2, 4)).astype(np.float32))
    return Convolution(weight, step, bias - 1, [size // 2] * 2, 0.25, 30.0 * size)


def by_hand(layer: Convolution, x: np.ndarray, skip: np.ndarray | None, step_skip: float) -> np.ndarray:
    """Position by position, in Python's own numbers."""
    out = np.zeros((len(x), len(layer.weight), *x.shape[2:]))
    reach = layer.padding[0]
    for n, channel, row, column in np.ndindex(*out.shape):
        total = 0
        for inner, i, j in np.ndindex(*layer.weight.shape[1:]):
            r, c = row + i - reach, column + j - reach
            if 0 <= r < x.shape[2] and 0 <= c < x.shape[3]:
                total += int(layer.weight[channel, inner, i, j]) * int(x[n, inner, r, c])
        number = total * layer.step_in * float(layer.weight_step[channel]) + float(layer.bias[channel])
        if skip is not None:
            number += int(skip[n, channel, row, column]) * step_skip
        out[n, channel, row, column] = min(max(number / layer.step_out, 0), 255)
    return out


@pytest.mark.parametrize("size", [1, 3])
@pytest.mark.parametrize("skipped", [True, False])
def test_a_convolution_is_the_sum_of_its_products_rounded_to_a_step(size: int, skipped: bool) -> None:
    random = np.random.default_rng(0)
    some = layer(random, size=size)
    x = random.integers(0, 256, (2, 3, 4, 5))
    skip = random.integers(0, 256, (2, 4, 4, 5)) if skipped else None
    expected = by_hand(some, x, skip, 70.0)
    found = some.plain(torch.from_numpy(x).float(), None if skip is None else torch.from_numpy(skip), 70.0)
    assert 0.05 < (found == 0).float().mean() < 0.6
    assert 0 < (found == 255).float().mean() < 0.6
    assert np.array_equal(found, found.round())
    assert np.abs(found.numpy() - expected).max() <= 0.5 + 1e-3


@needs_integers
@pytest.mark.parametrize("count", [1, 7, 256])
@pytest.mark.parametrize("settings", [NetworkSettings(), NetworkSettings(16, 2), NetworkSettings(5, 1, 7)])
@pytest.mark.parametrize("board", [CONNECT_FOUR, CONNECT_THREE])
def test_integers_give_what_whole_numbers_in_float32_give(
    board: Board, settings: NetworkSettings, count: int
) -> None:
    """A number on the edge of two steps may fall on either side; all others are the same to the last bit."""
    network, planes = quantized_network(board, settings), boards_full_of_stones(board, 256)[:count]
    with torch.inference_mode():
        quick, plain = network.fused()(planes), network.plain(planes)
    same = (quick.logits == plain.logits).all(1) & (quick.value == plain.value)
    assert same.float().mean() > 0.9
    assert apart(quick, plain) < 0.02 * float(plain.logits.abs().max())


@needs_integers
def test_each_call_is_its_twin_within_a_step() -> None:
    random = np.random.default_rng(1)
    some = layer(random, channels=4)
    x, skip = (
        torch.from_numpy(random.integers(0, 256, (9, 4, 6, 7), np.uint8)).to(
            memory_format=torch.channels_last
        )
        for _ in range(2)
    )
    plain, with_skip = some.plain(x.float()), some.plain(x.float(), skip.float(), 70.0)
    fused = some.fused()
    for quick, slow in ((fused(x), plain), (fused.onto(skip.clone(), x, 70.0), with_skip)):
        assert quick.dtype == torch.uint8
        gap = (quick.float() - slow).abs()
        assert gap.max() <= 1
        assert (gap > 0).float().mean() < 0.01
    assert not torch.equal(plain, with_skip)


@needs_integers
@pytest.mark.parametrize("settings", [NetworkSettings(), NetworkSettings(16, 2)])
def test_what_is_lost_is_a_few_hundredths_of_the_largest_logit(settings: NetworkSettings) -> None:
    network, planes = awake(CONNECT_FOUR, settings, seed=3), boards_full_of_stones(CONNECT_FOUR, 256)
    with torch.inference_mode():
        exact, quick = network(planes), quantize(network, planes).fused()(planes)
    largest = float(exact.logits.abs().max())
    assert apart(quick, exact) < 0.08 * largest
    assert float((quick.logits - exact.logits).abs().mean()) < 0.015 * largest


@needs_integers
@pytest.mark.parametrize("part", PARTS)
def test_a_part_left_out_is_more_than_what_is_lost(part: str) -> None:
    network = awake(CONNECT_FOUR, NetworkSettings(), seed=3)
    planes = boards_full_of_stones(CONNECT_FOUR, 256)
    with torch.inference_mode():
        whole, quick = network(planes), quantize(network, planes).fused()(planes)
        network.get_parameter(part).zero_()
        partial = quantize(network, planes).fused()(planes)
    lost, left_out = (float((each.logits - whole.logits).abs().mean()) for each in (quick, partial))
    assert left_out > 2 * lost


@needs_integers
def test_what_is_beyond_the_samples_is_cut_to_their_largest() -> None:
    network, planes = awake(CONNECT_FOUR, SMALL, seed=3), boards_full_of_stones(CONNECT_FOUR, 256)
    empty = torch.zeros_like(planes[:1])
    narrow = quantize(network, empty)
    with torch.inference_mode():
        assert narrow.stem.plain(planes).max() == 255
        assert torch.isfinite(narrow.fused()(planes).logits).all()


def test_samples_are_real_positions_and_always_the_same() -> None:
    planes = samples(CONNECT_FOUR)
    assert torch.equal(planes, samples(CONNECT_FOUR))
    mine, theirs = planes.sum((2, 3)).unbind(1)
    assert set((theirs - mine).tolist()) == {0, 1}
    assert (planes.sum(1) <= 1).all()
    assert {int(count) for count in mine + theirs} >= set(range(1, 31))


@needs_integers
def test_later_learning_does_not_change_the_evaluator_and_freezing_not_the_network() -> None:
    network, positions = awake(CONNECT_THREE, SMALL, seed=0), sampled(CONNECT_THREE, 3, 8)
    state = copy.deepcopy(network.state_dict())
    evaluate = integer_evaluator(CONNECT_THREE, network)
    before = evaluate(*positions)
    assert network.training
    for name, tensor in network.state_dict().items():
        assert torch.equal(tensor, state[name])
    step(network, boards_full_of_stones(CONNECT_THREE, 9))
    again, anew = evaluate(*positions), integer_evaluator(CONNECT_THREE, network)(*positions)
    for held, repeated, learned in zip(before, again, anew, strict=True):
        assert np.array_equal(held, repeated)
        assert not np.array_equal(held, learned)


def test_without_the_instructions_it_is_the_other_evaluator(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quantized, "has_integer_products", lambda: False)
    network, positions = awake(CONNECT_THREE, SMALL, seed=0), sampled(CONNECT_THREE, 3, 8)
    one, other = (of(CONNECT_THREE, network)(*positions) for of in (integer_evaluator, network_evaluator))
    assert np.array_equal(one.prior, other.prior)
    assert np.array_equal(one.value, other.value)


def test_a_weight_that_is_not_finite_is_refused_and_not_rounded_away(is_one_sentence) -> None:
    network = awake(CONNECT_THREE, SMALL, seed=0)
    with torch.no_grad():
        network.stem.weight[0, 0, 0, 0] = torch.nan
    with pytest.raises(FloatingPointError, match="not finite") as refused:
        quantize(network, boards_full_of_stones(CONNECT_THREE, 9))
    assert is_one_sentence(str(refused.value))
