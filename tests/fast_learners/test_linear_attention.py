"""The attention layer against its closed form, the closed forms against autograd and fits, training against both."""

import numpy as np
import pytest
import torch

from companion.fast_learners.linear_attention import (
    AttentionLayer,
    AttentionSettings,
    best_preconditioner,
    best_rate,
    correlation,
    descent_step,
    exchange_labels,
    explained,
    train,
)
from companion.fast_learners.linear_tasks import LinearTask

TASK = LinearTask()
SKEWED = LinearTask(dimension=3, condition=16.0, noise=0.5, target_scale=2.0)


def test_a_step_is_what_autograd_says() -> None:
    contexts = TASK.draw(8, 7, np.random.default_rng(0))
    for inputs, targets, predicted in zip(*contexts, descent_step(contexts, torch.tensor(0.3)), strict=True):
        weights = torch.zeros(5, requires_grad=True)
        loss = (inputs[:-1] @ weights - targets[:-1]).square().mean() / 2
        stepped = weights - 0.3 * torch.autograd.grad(loss, weights)[0]
        torch.testing.assert_close(predicted, inputs[-1] @ stepped)


def test_a_matrix_preconditions_the_gradient() -> None:
    contexts, matrix = TASK.draw(8, 7, np.random.default_rng(0)), torch.randn(5, 5)
    gradient = torch.einsum("cn,cnd->cd", contexts.targets[:, :-1], contexts.inputs[:, :-1]) / 6
    expected = torch.einsum("cd,de,ce->c", contexts.inputs[:, -1], matrix, gradient)
    torch.testing.assert_close(descent_step(contexts, matrix), expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("task", [TASK, SKEWED])
def test_the_best_rate_is_the_least_squares_fit(task: LinearTask) -> None:
    contexts = task.draw(200_000, 9, np.random.default_rng(0))
    unit, target = descent_step(contexts, torch.tensor(1.0)), contexts.targets[:, -1]
    assert float(best_rate(task, 8)) == pytest.approx(float((unit @ target) / (unit @ unit)), rel=0.03)


@pytest.mark.parametrize("task", [TASK, SKEWED])
def test_the_best_preconditioner_is_the_least_squares_fit(task: LinearTask) -> None:
    contexts = task.draw(200_000, 9, np.random.default_rng(0))
    gradient = (contexts.targets[:, :-1, None] * contexts.inputs[:, :-1]).mean(1)
    features = torch.einsum("cd,ce->cde", contexts.inputs[:, -1], gradient).flatten(1).double()
    fitted = torch.linalg.solve(features.T @ features, features.T @ contexts.targets[:, -1].double())
    expected = best_preconditioner(task, 8)
    assert float((fitted.reshape(expected.shape) - expected).abs().max()) < 0.04 * float(expected.max())


def test_the_effective_matrix_is_the_part_odd_in_the_labels() -> None:
    layer = AttentionLayer(5, "linear", torch.Generator().manual_seed(0))
    contexts = TASK.draw(50, 8, np.random.default_rng(0))
    negated = contexts._replace(targets=-contexts.targets)
    with torch.no_grad():
        odd = (layer(contexts) - layer(negated)) / 2
    torch.testing.assert_close(odd, descent_step(contexts, layer.effective_matrix()), rtol=1e-4, atol=1e-5)


def test_the_answer_never_sees_the_asked_label() -> None:
    contexts = TASK.draw(5, 8, np.random.default_rng(0))
    hidden = contexts.targets.clone()
    hidden[:, -1] = 100.0
    for attention in ("linear", "softmax"):
        layer = AttentionLayer(5, attention, torch.Generator().manual_seed(0))
        assert torch.equal(layer(contexts), layer(contexts._replace(targets=hidden)))


def test_exchanged_labels_belong_to_the_neighbor() -> None:
    contexts = TASK.draw(5, 8, np.random.default_rng(0))
    exchanged = exchange_labels(contexts)
    assert torch.equal(exchanged.inputs, contexts.inputs)
    assert torch.equal(exchanged.targets[1:], contexts.targets[:-1])


def test_training_finds_the_step() -> None:
    layer = train(AttentionSettings(steps=500), TASK, np.random.default_rng(0))
    contexts = TASK.draw(5000, 11, np.random.default_rng(99))
    with torch.no_grad():
        assert correlation(layer(contexts), descent_step(contexts, best_rate(TASK, 10))) > 0.995


def test_skewed_inputs_teach_a_preconditioner() -> None:
    task = LinearTask(condition=16.0)
    layer = train(AttentionSettings(steps=500), task, np.random.default_rng(0))
    contexts = task.draw(20_000, 11, np.random.default_rng(99))
    with torch.no_grad():
        answers, target = layer(contexts), contexts.targets[:, -1]
    assert explained(answers, descent_step(contexts, best_preconditioner(task, 10))) > 0.98
    plain = descent_step(contexts, best_rate(task, 10))
    assert float((answers - target).square().mean()) < 0.9 * float((plain - target).square().mean())


@pytest.mark.parametrize(
    "settings", [AttentionSettings(steps=0), AttentionSettings(labels="shuffled", steps=300)]
)
def test_without_training_or_without_labels_there_is_no_step(settings: AttentionSettings) -> None:
    layer = train(settings, TASK, np.random.default_rng(0))
    contexts = TASK.draw(5000, 11, np.random.default_rng(99))
    with torch.no_grad():
        assert abs(explained(layer(contexts), descent_step(contexts, best_rate(TASK, 10)))) < 0.2


def test_agreement_sees_a_wrong_rate_that_correlation_forgives() -> None:
    reference = torch.randn(500, generator=torch.Generator().manual_seed(0))
    assert correlation(3 * reference, reference) == pytest.approx(1.0, abs=1e-5)
    assert explained(3 * reference, reference) < -2.9
    assert explained(reference, reference) == 1.0


def test_divergence_stops_with_a_sentence() -> None:
    with pytest.raises(FloatingPointError, match="lower the learning rate"):
        train(AttentionSettings(steps=20, learning_rate=1e20), TASK, np.random.default_rng(0))


@pytest.mark.parametrize(
    ("wrong", "named"),
    [({"examples": 0}, "examples"), ({"steps": -1}, "steps"), ({"learning_rate": -1.0}, "learning_rate")],
)
def test_impossible_settings_are_refused_by_name(wrong: dict, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        AttentionSettings(**wrong)
