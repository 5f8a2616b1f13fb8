"""The game's two halves: what is asked, by the rules played slowly; what is taught, by what changes."""

import numpy as np
import pytest
import torch

from companion.alphazero.network import NetworkSettings, PolicyValueNet, new_network
from companion.alphazero.planes import to_planes
from companion.lab.streams import Streams
from companion.one_shape import game
from companion.one_shape.game import BOARD
from companion.one_shape.recipe import GameSettings
from tests.alphazero.referee import awake

SMALL = GameSettings(
    channels=4,
    blocks=1,
    simulations=8,
    games=8,
    prior_positions=80,
    positions=120,
    window=400,
    candidates=300,
)


@pytest.fixture(scope="module")
def network() -> PolicyValueNet:
    return awake(BOARD, NetworkSettings(4, 1, 16), 1)


def test_a_move_that_is_drawn_is_right_as_often_as_the_policy_says(network: PolicyValueNet) -> None:
    problems = game.problems_of(SMALL, Streams(0))
    with torch.no_grad():
        logits = network(to_planes(BOARD, problems.mine, problems.stones)).logits.double().numpy()
    chances = []
    for scores, legal, optimal in zip(logits, problems.legal, problems.optimal, strict=True):
        weights = [np.exp(score) if there else 0.0 for score, there in zip(scores, legal, strict=True)]
        chances.append(sum(w for w, best in zip(weights, optimal, strict=True) if best) / sum(weights))
    assert game.drawn(network, problems) == pytest.approx(np.mean(chances), abs=3e-3)


def test_the_least_compute_is_the_likeliest_legal_move(network: PolicyValueNet) -> None:
    """Of the position or of its mirror image: the search keeps one answer for both."""
    problems = game.problems_of(SMALL, Streams(0))
    planes = to_planes(BOARD, problems.mine, problems.stones)
    with torch.no_grad():
        straight, mirrored = network(planes).logits, network(planes.flip(3)).logits.flip(1)
    possible = []
    for here, there, legal, optimal in zip(
        straight.tolist(), mirrored.tolist(), problems.legal, problems.optimal, strict=True
    ):
        best = [max(np.flatnonzero(legal), key=lambda column: scores[column]) for scores in (here, there)]
        possible.append({bool(optimal[column]) for column in best})
    found = game.ask(network, problems, 4).least
    agree = [bool(right) in one for right, one in zip(found, possible, strict=True)]
    assert np.mean(agree) > 0.98  # rounding to half precision may turn a near tie
    assert sum(len(one) == 1 for one in possible) > len(possible) / 2


def test_much_search_finds_what_the_solver_finds() -> None:
    problems = game.problems_of(SMALL, Streams(0))
    asked = game.ask(new_network(BOARD, NetworkSettings(4, 1, 16), 0), problems, 600)
    assert asked.amplified.mean() > 0.9
    assert asked.amplified.mean() > asked.least.mean() + 0.1


def test_a_search_that_is_the_prior_departs_from_nothing(network: PolicyValueNet, monkeypatch) -> None:
    """And one that is not departs by a positive number of bits."""
    assert game.departure(network, SMALL, Streams(0)) > 0.01

    def as_it_was(board, evaluate, positions, play, search, seed):
        problems = game.problems_of(SMALL, Streams(0))
        samples = np.zeros(
            len(problems.mine), [("mine", "i8"), ("stones", "i8"), ("policy", "f4", BOARD.columns)]
        )
        samples["mine"], samples["stones"] = problems.mine, problems.stones
        prior = evaluate(problems.mine, problems.stones).prior * problems.legal
        samples["policy"] = prior / prior.sum(1, keepdims=True)
        return samples

    monkeypatch.setattr(game, "own_games", as_it_was)
    assert game.departure(network, SMALL, Streams(0)) == pytest.approx(0.0, abs=1e-6)


def test_the_network_that_is_taught_from_stays_as_it_was(network: PolicyValueNet) -> None:
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    taught = game.searched(network, SMALL, 1, "search", Streams(0)).network
    assert all(torch.equal(tensor, before[name]) for name, tensor in network.state_dict().items())
    assert not all(torch.equal(tensor, before[name]) for name, tensor in taught.state_dict().items())


def test_shuffled_lessons_are_other_lessons(network: PolicyValueNet) -> None:
    told, mixed = (
        game.searched(network, SMALL, 1, lesson, Streams(0)).network for lesson in ("search", "shuffled")
    )
    assert not torch.equal(told.heads.weight, mixed.heads.weight)


def test_a_round_learns_from_every_move_of_its_games() -> None:
    run = game.searched(game.weak_network(SMALL, Streams(3)), SMALL, 2, "search", Streams(3))
    assert run.iteration == 2
    assert 2 * SMALL.positions <= int(run.replay.written[0]) < 2 * SMALL.positions + SMALL.games
