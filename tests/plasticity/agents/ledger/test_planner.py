"""The exact agent and its closed forms, against dynamic programming and against plain simulation."""

from functools import cache
from itertools import permutations

import numpy as np
import pytest

from companion.plasticity.agents.ledger.agent import play, without_memory
from companion.plasticity.agents.ledger.planner import distinct, plan, readable, worth
from companion.plasticity.agents.ledger.world import VOCABULARY, episode

EPISODES = [episode(random) for random in map(np.random.default_rng, range(2000))]


def best_return(cells: int, questions: int, values: int, cost: float, wiped_at: int | None = None) -> float:
    """The value of the best policy: any cell may be looked up at any time, and any answer may be a guess."""
    pairs = list(permutations(range(cells), 2))
    sums = np.bincount([a + b for a in range(values) for b in range(values)]) / values**2
    right = {
        0: sums.max(),
        1: 1 / values,
        2: 1.0,
    }  # the chance of an answer by how many of its cells are known

    @cache
    def at_question(number: int, known: frozenset[int]) -> float:
        if number == questions:
            return 0.0
        held = frozenset() if number == wiped_at else known
        return float(np.mean([at_action(number, held, pair) for pair in pairs]))

    @cache
    def at_action(number: int, known: frozenset[int], pair: tuple[int, int]) -> float:
        answer = right[sum(cell in known for cell in pair)] + at_question(number + 1, known)
        looks = [at_action(number, known | {c}, pair) - cost for c in range(cells) if c not in known]
        return max(answer, *looks) if looks else answer

    return at_question(0, frozenset())


@pytest.mark.parametrize(("cells", "questions"), [(2, 2), (3, 2), (3, 4), (4, 4)])
def test_no_policy_earns_more_than_the_closed_form_and_one_earns_as_much(cells: int, questions: int) -> None:
    exact = worth(questions, cells, 0.2)
    assert best_return(cells, questions, 4, 0.2) == pytest.approx(exact.whole)
    assert best_return(cells, questions, 4, 0.2, wiped_at=questions // 2) == pytest.approx(exact.wiped)


def test_the_planner_earns_the_closed_forms() -> None:
    exact = worth()
    whole = play(None, EPISODES).earned
    half = play(None, EPISODES, last=8)
    wiped = half.earned + play(None, EPISODES, without_memory(half.contexts), first=8).earned
    forgetful = play(None, EPISODES, forgets=True).earned
    for returns, expected in (
        (whole.sum(1), exact.whole),
        (wiped.sum(1), exact.wiped),
        (forgetful.sum(1), exact.forgetful),
        (whole[:, 8:].sum(1), exact.late_whole),
        (wiped[:, 8:].sum(1), exact.late_wiped),
    ):
        error = returns.std() / len(returns) ** 0.5
        assert returns.mean() == pytest.approx(expected, abs=4 * error + 1e-9)


def test_distinct_cells_are_counted_right() -> None:
    counted = np.mean([len(set(of.pairs[:5].flatten())) for of in EPISODES])
    assert counted == pytest.approx(distinct(5), abs=0.06)


def test_the_plan_looks_for_what_is_missing_and_then_answers() -> None:
    def said(context: str) -> str:
        return VOCABULARY.words[plan(VOCABULARY.encode(context), (0, 4))]

    assert said("sum a e") == "look-a"
    assert said("a=3 hm sum a e") == "look-e"
    assert said("a=3 e=2 sum a e") == "say-5"
    assert said("a=3 e=2 a=1 sum a e") == "say-3"


def test_only_facts_are_readable() -> None:
    assert readable(VOCABULARY.encode("note b=1 done look-c say-0 hm h=3")) == {1: 1, 7: 3}


@pytest.mark.parametrize("questions", [0, 3])
def test_an_episode_has_two_halves(questions: int) -> None:
    with pytest.raises(ValueError, match="even number of questions"):
        worth(questions)
