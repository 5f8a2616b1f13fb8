"""The hidden table answers look-ups truly, and every question ends."""

import numpy as np
import pytest

from companion.plasticity.agents.ledger.world import (
    CELLS,
    COST,
    FACT,
    LOOK,
    PATIENCE,
    SAY,
    VALUES,
    VOCABULARY,
    Episode,
    Place,
    episode,
    respond,
)

ONE = Episode(np.array([3, 0, 1, 2, 0, 0, 0, 2]), np.array([[0, 3], [7, 2]]), np.array([[1, -1], [-1, -1]]))


def words(ids: list[int]) -> str:
    return VOCABULARY.decode(ids)


def test_a_look_tells_what_the_cell_holds_and_costs() -> None:
    outcome = respond(ONE, Place(), VOCABULARY.ids["look-d"])
    assert (words(outcome.words), outcome.place, outcome.reward) == ("d=2", Place(0, 1), -COST)


@pytest.mark.parametrize(("said", "reward"), [("say-5", 1.0), ("say-1", 0.0)])
def test_an_answer_earns_by_the_sum_and_brings_the_next_question(said: str, reward: float) -> None:
    outcome = respond(ONE, Place(0, 2), VOCABULARY.ids[said])
    assert (words(outcome.words), outcome.place, outcome.reward) == ("so sum h c", Place(1, 0), reward)


def test_after_the_last_question_nothing_is_asked() -> None:
    assert respond(ONE, Place(1), VOCABULARY.ids["say-3"]) == ([], Place(2), 1.0)


def test_patience_ends() -> None:
    outcome = respond(ONE, Place(0, PATIENCE), LOOK)
    assert (outcome.place, outcome.reward) == (Place(1), 0.0)


@pytest.mark.parametrize("word", ["a=0", "sum", "hm", "</s>"])
def test_what_is_no_action_is_refused(word: str) -> None:
    with pytest.raises(ValueError, match="is no action"):
        respond(ONE, Place(), VOCABULARY.ids[word])


def test_the_words_have_their_places() -> None:
    names = [VOCABULARY.words[i] for i in (LOOK, LOOK + CELLS, SAY, FACT, FACT + VALUES * 2 + 3)]
    assert names == ["look-a", "say-0", "say-0", "a=0", "c=3"]


def test_episodes_ask_for_two_cells_and_every_pair_is_as_likely() -> None:
    random = np.random.default_rng(0)
    pairs = np.concatenate([episode(random).pairs for _ in range(700)])
    assert (pairs[:, 0] != pairs[:, 1]).all()
    counts = np.bincount(CELLS * pairs[:, 0] + pairs[:, 1], minlength=CELLS**2).reshape(CELLS, CELLS)
    assert counts[~np.eye(CELLS, dtype=bool)].min() > 140  # 200 expected


def test_chatter_is_of_zero_one_or_two_words() -> None:
    random = np.random.default_rng(0)
    many = np.concatenate([(episode(random).chatter >= 0).sum(1) for _ in range(200)])
    assert np.bincount(many, minlength=3) / len(many) == pytest.approx([1 / 3] * 3, abs=0.03)
