"""One tree: every simulation is counted once along its path, and PUCT is what the paper says."""

from collections.abc import Iterator

import numpy as np
import pytest

from companion.games.board import CONNECT_FOUR, CONNECT_THREE
from companion.games.connect_four import EMPTY, Position
from companion.games.notation import drop, from_digits, legal_columns, result
from companion.search.evaluator import uniform_evaluator
from companion.search.plain import Node, puct_scores, search
from companion.search.settings import SearchSettings
from tests.search.positions import arbitrary, sampled


def nodes(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children.values():
        yield from nodes(child)


def trees(simulations: int) -> list[Node]:
    positions = zip(*sampled(CONNECT_THREE, 0, 6, 11), strict=True)
    evaluate = arbitrary(CONNECT_THREE)
    return [search(CONNECT_THREE, Position(int(m), int(s)), evaluate, simulations) for m, s in positions]


def test_what_lies_below_a_move_adds_up_to_what_the_move_holds() -> None:
    for node in (node for tree in trees(60) for node in nodes(tree)):
        for move, child in node.children.items():
            assert node.visit_counts[move] == 1 + child.visit_counts.sum()
            below = child.value + child.total_values.sum()
            assert node.total_values[move] == pytest.approx(-below, abs=1e-4)


def test_moves_without_a_child_are_unvisited_or_end_the_game_with_its_outcome() -> None:
    endings = 0
    for node in (node for tree in trees(60) for node in nodes(tree)):
        for move in set(range(5)) - set(node.children):
            visits = node.visit_counts[move]
            if visits > 0:
                outcome = result(CONNECT_THREE, drop(CONNECT_THREE, node.position, move))
                assert outcome is not None
                assert node.total_values[move] == -outcome * visits
                endings += 1
    assert endings > 20


@pytest.mark.parametrize("simulations", [0, 1, 37])
def test_visits_sum_to_the_budget(simulations: int) -> None:
    for tree in trees(simulations):
        assert tree.visit_counts.sum() == simulations


def test_a_full_column_has_no_prior_and_no_visits() -> None:
    position = from_digits(CONNECT_THREE, "1111")
    root = search(CONNECT_THREE, position, arbitrary(CONNECT_THREE), 50)
    assert not legal_columns(CONNECT_THREE, position)[0]
    assert root.prior[0] == root.visit_counts[0] == 0
    assert root.prior.sum() == pytest.approx(1)


def test_puct_in_numbers() -> None:
    """Four visits: c sqrt(5) = 3; the moves tried hold 0.64 of the prior, so the others start 0.5 * 0.8 lower."""
    node = Node(
        position=EMPTY,
        prior=np.array([0.36, 0.28, 0.2, 0.1, 0.06, 0, 0], np.float32),
        value=np.float32(0.1),
        legal=np.array([True] * 5 + [False] * 2),
        visit_counts=np.array([3, 1, 0, 0, 0, 0, 0], np.float32),
        total_values=np.array([1.5, -0.5, 0, 0, 0, 0, 0], np.float32),
    )
    scores = puct_scores(node, SearchSettings(c_puct=3 / 5**0.5, reduction=0.5))
    by_hand = [0.5 + 0.27, -0.5 + 0.42, -0.3 + 0.6, -0.3 + 0.3, -0.3 + 0.18, -np.inf, -np.inf]
    assert scores == pytest.approx(by_hand, abs=1e-6)


def test_a_finished_game_is_refused() -> None:
    with pytest.raises(ValueError, match="the game is over after 7 stones"):
        search(CONNECT_FOUR, from_digits(CONNECT_FOUR, "1212121"), uniform_evaluator(CONNECT_FOUR), 1)
