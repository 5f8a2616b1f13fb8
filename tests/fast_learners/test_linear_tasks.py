"""Contexts have the moments that their task promises, and really are linear."""

import numpy as np
import pytest
import torch

from companion.fast_learners.linear_tasks import LinearTask


@pytest.mark.parametrize("condition", [1.0, 9.0])
def test_inputs_have_the_promised_covariance(condition: float) -> None:
    task = LinearTask(dimension=3, condition=condition, input_scale=2.0)
    inputs = task.draw(40_000, 1, np.random.default_rng(0)).inputs[:, 0].double().numpy()
    assert np.allclose(np.cov(inputs.T), np.diag(task.variances), atol=0.02 * task.variances.max())
    assert task.variances.sum() == pytest.approx(4 * 3)
    assert task.variances[0] / task.variances[-1] == pytest.approx(condition)


def test_a_context_shows_one_linear_function() -> None:
    contexts = LinearTask().draw(20, 12, np.random.default_rng(0))
    _, residuals, _, _ = np.linalg.lstsq(contexts.inputs[0].numpy(), contexts.targets[0].numpy(), rcond=None)
    assert residuals.sum() < 1e-9
    other, *_ = np.linalg.lstsq(contexts.inputs[1].numpy(), contexts.targets[1].numpy(), rcond=None)
    assert not np.allclose(contexts.inputs[0].numpy() @ other, contexts.targets[0].numpy(), atol=0.1)


def test_chance_is_the_variance_of_the_targets() -> None:
    task = LinearTask(condition=4.0, input_scale=0.5, target_scale=3.0, noise=1.5)
    targets = task.draw(40_000, 1, np.random.default_rng(0)).targets
    assert float(targets.square().mean()) == pytest.approx(task.target_variance, rel=0.05)


def test_the_generator_decides_everything() -> None:
    one, two = (LinearTask(noise=0.1).draw(3, 4, np.random.default_rng(7)) for _ in range(2))
    assert torch.equal(one.targets, two.targets)


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"dimension": 0}, "dimension"),
        ({"condition": 0.5}, "condition"),
        ({"input_scale": 0.0}, "scales"),
        ({"noise": -1.0}, "noise"),
    ],
)
def test_impossible_tasks_are_refused_by_name(wrong: dict, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        LinearTask(**wrong)
