"""What is drawn from the replay: by brute force, every example is a position of it or its mirror image."""

import numpy as np
import pytest
import torch

from companion.alphazero.replay import Examples, Replay, draw_examples, new_replay, value_targets
from companion.games.board import CONNECT_THREE
from companion.games.notation import to_planes
from tests.search.positions import sampled

BOARD = CONNECT_THREE


def filled(count: int, capacity: int) -> Replay:
    """Positions with targets that no other position has, nor its mirror image."""
    replay, random = new_replay(BOARD, capacity), np.random.default_rng(5)
    mine, stones = sampled(BOARD, 5, 6, 7, count=-(-count // 3))
    order = np.unique(stones * 2**20 + mine, return_index=True)[1][:count]
    assert len(order) == count
    samples = replay.samples[:count]
    samples["mine"], samples["stones"] = mine[order], stones[order]
    samples["policy"] = random.dirichlet(np.ones(5), count)
    samples["search_value"] = random.uniform(-1, 1, count)
    samples["outcome"] = random.choice([-1, 0, 1, np.nan], count)
    replay.written[0] = count
    return replay


def draw(replay: Replay, size: int, seed: int = 0, shuffled: bool = False) -> Examples:
    return draw_examples(BOARD, replay, size, 0.5, np.random.default_rng(seed), shuffled)


def rows(replay: Replay, examples: Examples) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """For each example: the position whose planes it has, whether mirrored, and the position whose policy it has.

    The policy is looked for in the direction in which the planes lie.
    """
    held = to_planes(BOARD, replay.samples["mine"], replay.samples["stones"])
    places: dict[bytes, tuple[int, bool]] = {}
    for index, planes in enumerate(held):
        places[planes.tobytes()] = index, False
        places.setdefault(planes[:, :, ::-1].tobytes(), (index, True))
    targets = {sample["policy"].tobytes(): index for index, sample in enumerate(replay.samples)}
    found = [places[planes.contiguous().numpy().tobytes()] for planes in examples.planes]
    policies = [
        targets[(policy.flip(0) if flipped else policy).numpy().tobytes()]
        for policy, (_, flipped) in zip(examples.policy, found, strict=True)
    ]
    position, mirrored = np.array(found).T
    return position, mirrored == 1, np.array(policies)


def test_value_targets_by_hand() -> None:
    samples = np.zeros(4, new_replay(BOARD, 1).samples.dtype)
    samples["outcome"], samples["search_value"] = [1, -1, 0, np.nan], [0.5, 0.5, -0.2, 0.3]
    assert value_targets(samples, 0.0) == pytest.approx([0.5, 0.5, -0.2, 0.3])
    assert value_targets(samples, 1.0) == pytest.approx([1, -1, 0, 0.3])
    assert value_targets(samples, 0.25) == pytest.approx([0.625, 0.125, -0.15, 0.3])


def test_every_example_is_a_position_or_its_mirror_image_with_its_own_targets() -> None:
    replay = filled(30, 30)
    examples = draw(replay, 600)
    position, mirrored, policy = rows(replay, examples)
    assert np.array_equal(policy, position)
    assert np.array_equal(examples.value.numpy(), value_targets(replay.samples, 0.5)[position])
    assert len(np.unique(position)) == 30
    assert 0.4 < mirrored.mean() < 0.6


def test_positions_are_drawn_alike_and_only_those_that_have_been_written() -> None:
    replay = filled(30, 30)
    replay.written[0] = 20
    counts = np.bincount(rows(replay, draw(replay, 8000))[0], minlength=30)
    assert not counts[20:].any()
    assert ((counts[:20] - 400) ** 2 / 400).sum() < 43.8  # chi-square with 19 degrees, once in 1,000 times


def test_a_ring_that_went_around_is_drawn_from_whole() -> None:
    replay = filled(30, 30)
    replay.written[0] = 31
    assert len(np.unique(rows(replay, draw(replay, 600))[0])) == 30


def test_shuffled_targets_belong_to_other_positions() -> None:
    replay = filled(30, 30)
    examples = draw(replay, 600, shuffled=True)
    position, _, policy = rows(replay, examples)
    assert (policy == position).mean() < 0.1  # a thirtieth meets its own by chance
    assert np.array_equal(np.sort(policy), np.sort(position))
    assert np.array_equal(examples.value.numpy(), value_targets(replay.samples, 0.5)[policy])


def test_a_generator_draws_the_same_again() -> None:
    replay = filled(30, 30)
    first, again, other = draw(replay, 50, 1), draw(replay, 50, 1), draw(replay, 50, 2)
    assert all(torch.equal(a, b) for a, b in zip(first, again, strict=True))
    assert not torch.equal(first.planes, other.planes)


def test_drawing_leaves_the_replay_as_it_was() -> None:
    replay = filled(30, 30)
    before = {name: replay.samples[name].copy() for name in replay.samples.dtype.names}
    for part in draw(replay, 50):
        part.zero_()
    for name, array in before.items():
        assert np.array_equal(replay.samples[name], array, equal_nan=True)
