"""The Bayes agent against ridge and least squares, the network against causality, training against chance."""

import numpy as np
import pytest
import torch

from companion.fast_learners.linear_tasks import LinearTask
from companion.fast_learners.regression import (
    InContextRegressor,
    RegressionSettings,
    error_by_examples,
    interleave,
    posterior_mean,
    split_optimizers,
    train,
)

TASK = LinearTask(noise=0.5)
TINY = RegressionSettings(width=16, layers=1, heads=2, examples=5, steps=3, contexts=4)


@pytest.mark.parametrize("task", [TASK, LinearTask(dimension=3, noise=0.2, target_scale=2.0)])
def test_the_bayes_agent_is_ridge_regression(task: LinearTask) -> None:
    contexts = task.draw(6, 9, np.random.default_rng(0))
    predictions = posterior_mean(contexts, task).numpy()
    strength = (task.noise / task.target_scale) ** 2
    for inputs, targets, predicted in zip(
        contexts.inputs.double().numpy(), contexts.targets.double().numpy(), predictions, strict=True
    ):
        for k in range(9):
            x, y = inputs[:k], targets[:k]
            weights = np.linalg.solve(x.T @ x + strength * np.eye(task.dimension), x.T @ y)
            assert predicted[k] == pytest.approx(float(inputs[k] @ weights), abs=1e-4)


def test_without_noise_it_is_least_squares_of_the_least_norm() -> None:
    contexts = LinearTask().draw(6, 9, np.random.default_rng(0))
    predictions = posterior_mean(contexts, LinearTask())
    for k in range(1, 9):
        weights = torch.linalg.pinv(contexts.inputs[:, :k].double()) @ contexts.targets[:, :k, None].double()
        expected = (contexts.inputs[:, k].double() * weights[..., 0]).sum(-1).float()
        torch.testing.assert_close(predictions[:, k], expected, rtol=1e-3, atol=1e-3)


def test_the_bayes_agent_starts_at_chance_and_improves() -> None:
    contexts = TASK.draw(20_000, 11, np.random.default_rng(0))
    errors = error_by_examples(posterior_mean(contexts, TASK), contexts, TASK)
    assert errors[0] == pytest.approx(1.0, abs=0.05)
    assert (np.diff(errors) < 0.01).all()
    assert errors[-1] < 0.15


def test_a_context_is_read_question_then_answer() -> None:
    contexts = LinearTask(dimension=2).draw(1, 2, np.random.default_rng(0))
    (x1, x2), (y1, y2) = contexts.inputs[0].tolist(), contexts.targets[0].tolist()
    expected = torch.tensor([[*x1, 0, 0], [*x1, y1, 1], [*x2, 0, 0], [*x2, y2, 1]])
    torch.testing.assert_close(interleave(contexts)[0], expected)


def test_a_prediction_sees_the_examples_before_it_and_nothing_else() -> None:
    network = InContextRegressor(TINY, 5).eval()
    contexts = TASK.draw(3, 5, np.random.default_rng(0))
    inputs, targets = contexts.inputs.clone(), contexts.targets.clone()
    targets[:, 2:] += 1.0
    inputs[:, 3:] += 1.0
    with torch.no_grad():
        before, after = network(contexts), network(contexts._replace(inputs=inputs, targets=targets))
    torch.testing.assert_close(before[:, :3], after[:, :3])
    assert not torch.allclose(before[:, 3:], after[:, 3:])


def test_each_parameter_has_one_optimizer() -> None:
    network = InContextRegressor(TINY, 5)
    owned = [
        id(parameter)
        for optimizer, _ in split_optimizers(network, TINY)
        for group in optimizer.param_groups
        for parameter in group["params"]
    ]
    assert sorted(owned) == sorted(map(id, network.parameters()))


def test_a_short_training_already_learns_from_examples() -> None:
    settings = RegressionSettings(width=32, layers=2, heads=2, examples=4, steps=120, contexts=16, warmup=10)
    task = LinearTask(dimension=1)
    network = train(settings, task, np.random.default_rng(0))
    contexts = task.draw(2000, 4, np.random.default_rng(1))
    with torch.no_grad():
        errors = error_by_examples(network(contexts), contexts, task)
    assert errors[0] > 0.8
    assert errors[-1] < 0.5


def test_training_is_the_generators_and_leaves_the_global_one_alone() -> None:
    before = torch.random.get_rng_state()
    one, two, other = (train(TINY, TASK, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert torch.equal(one.read_out.weight, two.read_out.weight)
    assert not torch.equal(one.read_out.weight, other.read_out.weight)
    assert torch.equal(before, torch.random.get_rng_state())


def test_divergence_stops_with_a_sentence() -> None:
    with pytest.raises(FloatingPointError, match="lower the rates"):
        train(
            RegressionSettings(width=16, heads=2, other_rate=1e38, steps=20), TASK, np.random.default_rng(0)
        )


@pytest.mark.parametrize(
    ("wrong", "named"),
    [({"layers": 0}, "layers"), ({"width": 60, "heads": 8}, "width"), ({"other_rate": 0.0}, "other_rate")],
)
def test_impossible_settings_are_refused_by_name(wrong: dict, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        RegressionSettings(**wrong)
