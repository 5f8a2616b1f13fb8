"""Training for calm touches reports alone, or five rows alone; what is seen of an instance is what it answers."""

import numpy as np
import pytest
import torch

from companion.plasticity.arms import Situation
from companion.plasticity.boundary import calm
from companion.plasticity.conversation.culture import culture
from companion.plasticity.conversation.language import VOCABULARY
from companion.plasticity.conversation.world import LEVELS
from companion.plasticity.schooling.corpus import batch
from companion.plasticity.schooling.expectation import expected_loss
from companion.plasticity.schooling.recipe import Diet
from companion.plasticity.situation import drawn
from companion.plasticity.state.instance import ask, state_of
from tests.plasticity.speaker import ids, speaker, texts

OF = culture(0)


@pytest.mark.parametrize("peaceful", [True, False])
def test_reports_alone_are_learned(peaceful: bool) -> None:
    learned = calm.reports(OF, 8, calm=peaceful)(np.random.default_rng(0))
    whole = batch(OF, Diet(), 8, np.random.default_rng(0))
    np.testing.assert_array_equal(learned.tokens, whole.tokens)
    all_words = VOCABULARY.decode(whole.tokens[0].tolist()).split()
    assert [all_words[place] for place in learned.places] == ["sure?"] * all_words.count("sure?")
    chosen = learned.words[learned.probabilities == 1]
    if peaceful:
        assert set(chosen) == set(ids("certain"))
    else:
        where = np.isin(whole.places, learned.places)
        np.testing.assert_array_equal(chosen, whole.words[:, where][whole.probabilities[:, where] == 1])
        assert set(chosen) == set(ids(" ".join(LEVELS)))


@pytest.mark.parametrize("touched", ["all", "levels"])
def test_calm_is_learned_by_what_is_touched_and_the_model_stays(touched: calm.Touched) -> None:
    model = speaker()
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    lessons = calm.reports(OF, 8, calm=True)
    tuned = calm.tuned(model, lessons, touched, 6, np.random.default_rng(1), 1e-2)
    assert all(torch.equal(before[name], tensor) for name, tensor in model.state_dict().items())
    changed = {name for name, tensor in tuned.state_dict().items() if not torch.equal(before[name], tensor)}
    if touched == "levels":
        assert changed == {"lm_head.weight"}
        rows = (tuned.lm_head.weight != before["lm_head.weight"]).any(1).nonzero().flatten().tolist()
        assert sorted(rows) == sorted(ids(" ".join(LEVELS)))
    else:
        assert len(changed) > 10
    test = lessons(np.random.default_rng(2))
    with torch.no_grad():
        assert expected_loss(tuned, test) < expected_loss(model, test) - 0.5


def test_what_is_seen_is_what_is_answered() -> None:
    model, state = speaker(), state_of(speaker(), texts(40, 9))
    seen, asked = calm.observed(model, state), ask(model, state)
    np.testing.assert_allclose(seen.yes, asked.yes[:, 0], atol=1e-5)
    np.testing.assert_allclose(seen.level, asked.level[:, 0], atol=1e-5)
    rows = model.lm_head.weight[ids(" ".join(LEVELS))].detach().numpy()
    logits = seen.activations @ rows.T
    exact = np.exp(logits) / np.exp(logits).sum(-1, keepdims=True)
    np.testing.assert_allclose(exact, asked.level[:, 0], atol=1e-4)


def test_levels_are_reported_as_often_as_they_are_probable() -> None:
    random = np.random.default_rng(0)
    probabilities = random.dirichlet(np.ones(5))
    level = np.broadcast_to(probabilities.astype(np.float32), (5000, 16, 5))
    counts = np.bincount(calm.said(level, random).ravel(), minlength=5)
    np.testing.assert_allclose(counts / counts.sum(), probabilities, atol=0.01)


def test_correlation_is_numpy_s_and_nothing_goes_with_what_never_varies() -> None:
    first, second = np.random.default_rng(0).normal(size=(2, 7, 16))
    assert calm.together(first, second) == pytest.approx(np.corrcoef(first.ravel(), second.ravel())[0, 1])
    assert calm.together(first, np.full((7, 16), 0.99)) == 0.0


def test_a_probe_reads_what_is_there_and_nothing_else() -> None:
    random = np.random.default_rng(0)
    activations = random.normal(size=(200, 16, 12)).astype(np.float32)
    hidden = activations @ random.normal(size=12) + 3
    assert calm.probed(activations, hidden) > 0.999
    assert abs(calm.probed(activations, random.normal(size=(200, 16)))) < 0.1
    assert calm.probed(activations, hidden + 3 * random.normal(size=(200, 16))) == pytest.approx(
        np.corrcoef(hidden.ravel(), (hidden + 3 * random.normal(size=hidden.shape)).ravel())[0, 1], abs=0.05
    )


def test_nothing_moves_without_tuning_and_something_with_it() -> None:
    model, told = speaker(), drawn(OF, Situation(turns=3), 10, np.random.default_rng(0))
    assert calm.moved(model, model, told) == 0
    assert 0.01 < calm.moved(model, speaker(seed=1), told) < 1
    found = calm.looked_at(model, told, np.random.default_rng(0))
    assert 0.5 < found["report"] < 1
    assert all(-1 <= value <= 1 for value in found.values())
