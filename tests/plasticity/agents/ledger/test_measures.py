"""The measures tell an agent that remembers from one that does not: here the planner, and models that know nothing."""

from pathlib import Path

import numpy as np
import pytest
import torch

from companion.plasticity.agents.ledger import measures
from companion.plasticity.agents.ledger.agent import chosen, play
from companion.plasticity.agents.ledger.planner import worth
from tests.plasticity.agents.ledger.agents import episodes, novice

MODEL, EPISODES = novice(), episodes(12)


def test_memory_is_worth_what_the_closed_form_says() -> None:
    exact, many = worth(), episodes(600, 5)
    assert measures.worth_of_memory(many) == pytest.approx(exact.late_whole - exact.late_wiped, abs=0.06)


def test_late_is_the_second_half() -> None:
    earned = np.array([[1.0, 2.0, 3.0, 4.0], [0.0, 0.0, 1.0, 1.0]])
    assert measures.late(earned) == 4.5


def test_own_contexts_keep_all_and_wiped_ones_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the planner in the model's place, `kept` is 1 where the context survives and 0 where it is lost."""

    def lived(earned: np.ndarray) -> measures.resume.Lived:
        return measures.resume.Lived(earned, [])

    contexts = measures.halves(None, EPISODES)
    whole = play(None, EPISODES, contexts, first=8).earned
    wiped = play(None, EPISODES, measures.without_memory(contexts), first=8).earned
    monkeypatch.setattr(measures.resume, "prepare", lambda *_, **__: None)
    monkeypatch.setattr(measures, "halves", lambda model, episodes: contexts)
    original = measures.second_half
    monkeypatch.setattr(measures, "second_half", lambda model, *rest: original(None, *rest))
    for earned, expected in ((whole, 1.0), (wiped, 0.0)):
        monkeypatch.setattr(measures.resume, "resumed", lambda *_, earned=earned, **__: lived(earned))
        assert measures.restored(MODEL, EPISODES, tmp_path, own=True)["kept"] == pytest.approx(expected)


def test_the_next_stream_s_cache_is_asked_for_where_the_context_is_not_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def resumed(folder: Path, way: str, *, kill: bool) -> measures.resume.Lived:
        asked.append(way)
        return measures.resume.Lived(np.zeros((12, 16)), [])

    monkeypatch.setattr(measures.resume, "prepare", lambda *_, **__: None)
    monkeypatch.setattr(measures.resume, "resumed", resumed)
    for own in (True, False):
        measures.restored(MODEL, EPISODES, tmp_path, own=own)
    assert asked == ["cache", "exchanged"]


def test_an_agent_goes_on_over_its_own_cache_as_over_its_words() -> None:
    contexts = measures.halves(MODEL, EPISODES)
    pairs = np.array([of.pairs[8] for of in EPISODES])
    over = [measures.over_cache(MODEL, MODEL, context) for context in contexts]
    assert over == chosen(MODEL, contexts, pairs)
    other = novice(1)
    assert [measures.over_cache(MODEL, other, context) for context in contexts] != chosen(
        other, contexts, pairs
    )


def test_a_wide_window_is_no_window() -> None:
    found = measures.windows(None, EPISODES)
    assert found.shape == (len(measures.WINDOWS),)
    assert (np.diff(found) > -0.2).all()
    assert found[-1] <= play(None, EPISODES).earned.sum(1).mean() + 1e-9


def test_noise_is_as_large_as_it_says_and_leaves_the_model_alone() -> None:
    before = {name: tensor.clone() for name, tensor in MODEL.state_dict().items()}
    other = measures.perturbed(MODEL, 0.2, np.random.default_rng(0))
    for name, tensor in MODEL.state_dict().items():
        assert torch.equal(tensor, before[name])
        if tensor.ndim == 2 and tensor.numel() > 400:
            moved = (other.state_dict()[name] - tensor).std() / tensor.std()
            assert float(moved) == pytest.approx(0.2, rel=0.15)


def test_invented_notes_mislead_the_planner() -> None:
    found = measures.notes(MODEL, EPISODES, np.random.default_rng(0))
    assert set(found) == {"note_2", "note_4", "note_8", "note_invented", "note_right", "note_complete"}
    assert 0 <= found["note_right"] <= 1
