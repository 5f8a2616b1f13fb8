"""OpenSpiel's two searches: the C++ one with a random playout at each leaf, and the Python one around a network.

Neither batches: each leaf is evaluated alone.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pyspiel
from open_spiel.python.algorithms import mcts

from companion.games.board import CONNECT_FOUR
from companion.games.notation import cell_bits
from companion.search.evaluator import Evaluate

GAME = pyspiel.load_game("connect_four")

C_PUCT = 1.5


def states_after(games: list[list[int]]) -> list[Any]:
    """OpenSpiel's states after these columns were played."""
    states = []
    for game in games:
        state = GAME.new_initial_state()
        for column in game:
            state.apply_action(column)
        states.append(state)
    return states


def playout_search(states: list[Any], simulations: int) -> Callable[[], None]:
    """UCT with one random playout at each leaf, in C++."""

    def search() -> None:
        for state in states:
            evaluator = pyspiel.RandomRolloutEvaluator(1, 0)
            pyspiel.MCTSBot(GAME, evaluator, C_PUCT, simulations, 100, False, 0, False).mcts_search(state)

    return search


class Alone(mcts.Evaluator):
    """The network that ours searches with, in OpenSpiel's hole: one position a call."""

    def __init__(self, evaluate: Evaluate) -> None:
        self.evaluate_batch = evaluate
        self.known: tuple[str, Any] = ("", None)

    def _ask(self, state: Any) -> Any:
        """Prior and value of one position; OpenSpiel asks for them one after the other."""
        name = state.history_str()
        if self.known[0] != name:
            self.known = (name, self.evaluate_batch(*_cells(state)))
        return self.known[1]

    def evaluate(self, state: Any) -> np.ndarray:
        """The value for both players, first the one who began."""
        value = float(self._ask(state).value[0])
        return np.array([value, -value] if state.current_player() == 0 else [-value, value])

    def prior(self, state: Any) -> list[tuple[int, float]]:
        """The legal moves with their probabilities."""
        prior, legal = self._ask(state).prior[0], state.legal_actions()
        total = sum(prior[move] for move in legal)
        return [(move, prior[move] / total) for move in legal]


def _cells(state: Any) -> tuple[np.ndarray, np.ndarray]:
    """(mine, stones) of a state, from its own observation: a plane for each player and one of empty cells."""
    planes = np.array(state.observation_tensor()).reshape(3, 6, 7).astype(np.int64)
    first, second, _ = (planes << cell_bits(CONNECT_FOUR)).sum(axis=(1, 2))
    mine = second if state.current_player() else first
    return np.array([mine]), np.array([first | second])


def network_search(states: list[Any], simulations: int, evaluate: Evaluate) -> Callable[[], None]:
    """PUCT around a network, in Python."""
    bot = mcts.MCTSBot(
        GAME, C_PUCT, simulations, Alone(evaluate), solve=False, child_selection_fn=mcts.SearchNode.puct_value
    )

    def search() -> None:
        for state in states:
            bot.mcts_search(state)

    return search
