"""The referee's moves are those of Bayes; moves that are made by hand are told apart by size, place and direction."""

import numpy as np
import pytest

from companion.plasticity.arms import Situation
from companion.plasticity.conversation.world import QUALITIES, VOICES
from companion.plasticity.situation import Conversations, drawn
from companion.plasticity.views import response
from tests.plasticity import reader, referee
from tests.plasticity.speaker import speaker

MODEL = speaker()
STATED, RELATED, OTHER = range(3)


def told(turns: int = 3, rows: int = 12, strength: float = 0.0) -> Conversations:
    """Conversations of some turns with Ana."""
    return drawn(reader.OF, Situation(turns=turns, strength=strength), rows, np.random.default_rng(0))


def moved(
    monkeypatch: pytest.MonkeyPatch, given: Conversations, *, exchanged: bool = False
) -> response.Moves:
    """What the referee makes of one more statement."""
    reader.in_place_of_models(monkeypatch, response)
    return response.moves(MODEL, given, np.random.default_rng(1), exchanged=exchanged)


@pytest.mark.parametrize("strength", [0.0, 0.9])
def test_the_referee_moves_as_bayes_does(monkeypatch: pytest.MonkeyPatch, strength: float) -> None:
    of = moved(monkeypatch, told(strength=strength))
    np.testing.assert_allclose(of.before, of.exact_before, atol=1e-9)
    np.testing.assert_allclose(of.after, of.exact_after, atol=1e-9)
    assert of.voice.tolist() == np.repeat(np.arange(len(VOICES)), 12).tolist()
    found = response.weighed([of, of])
    assert (found["explained"], found["direction"]) == (pytest.approx(1.0), 1.0)
    assert found["correlation"] == pytest.approx(1.0)
    assert found["spill"] == pytest.approx(found["bayes_spill"])
    np.testing.assert_allclose(found["shifts"], found["exact_shifts"], atol=1e-9)
    assert np.shape(found["shifts"]) == (2, len(VOICES), 3)


def test_who_hears_the_statement_of_another_moves_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    of = moved(monkeypatch, told(rows=60), exchanged=True)
    assert response.weighed([of])["explained"] < 0.2


def test_statements_speak_for_their_trait_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    of = moved(monkeypatch, told(turns=0))
    for kind, way in zip(of.kind, of.way, strict=True):
        (stated,) = np.flatnonzero(kind == STATED)
        for quality in range(16):
            same = referee.trait(QUALITIES[quality]) == referee.trait(QUALITIES[stated])
            assert kind[quality] == (STATED if quality == stated else RELATED if same else OTHER)
            turned = referee.TURNED[QUALITIES[quality]] == referee.TURNED[QUALITIES[stated]]
            assert way[quality] == (way[stated] * (1 if turned else -1) if same else 0)
    first = response.shifts(of, 0)
    assert first[:2, 0] == pytest.approx([0.48, 0.48])  # from an even chance to .98
    assert first[2, 0] == pytest.approx(0.0)
    assert response.shifts(of, VOICES.index("dan"))[:, 0] == pytest.approx([0, 0, 0])


def test_explained_is_one_for_the_same_moves_and_less_for_too_small_or_large_ones() -> None:
    exact = np.random.default_rng(0).normal(size=(4, 16))
    assert response.explained(exact, exact) == 1.0
    assert response.explained(0 * exact, exact) == 0.0
    assert response.explained(exact / 2, exact) == pytest.approx(0.75)
    assert response.explained(2 * exact, exact) == pytest.approx(0.0)
    assert response.explained(-exact, exact) == pytest.approx(-3.0)
    assert response.explained(exact, 0 * exact) == 0.0


def test_those_who_know_turn_the_referee_and_dan_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    reader.in_place_of_models(monkeypatch, response)
    found = response.opposed(MODEL, told(turns=6, rows=24), (0, 2, 12), np.random.default_rng(2))
    np.testing.assert_allclose(found["held"], found["exact_held"], atol=1e-9)
    ana, cleo, dan = found["held"]
    assert ana[0] == cleo[0] == dan[0] == pytest.approx(dan[-1])
    assert ana[-1] < 0.4 < cleo[-1] < dan[-1]
