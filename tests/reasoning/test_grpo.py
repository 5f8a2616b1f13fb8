"""A step against a plain loop with the library's gradients; a run that is stopped against one that is not."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor
from transformers import LlamaForCausalLM

from companion.lab.streams import Streams
from companion.reasoning.grpo import GRPOSettings, Run, Step, learn, new_run, remaining, summary
from companion.reasoning.rollouts import Rollouts, RolloutSettings, rollouts
from tests.reasoning.referee import words_of
from tests.reasoning.runs import SETTINGS, SHUFFLES, alike, library_log_probabilities, shuffler, weights

UNCUT = replace(SETTINGS, gradient_norm=1e9)
SCALE = 37.0


def drawn(opening: str = "free", seed: int = 0) -> Rollouts:
    settings = replace(SETTINGS.rollouts, opening=opening)
    return rollouts(shuffler(), SHUFFLES, settings, np.random.default_rng(seed))


def gradients(model: LlamaForCausalLM) -> dict[str, Tensor]:
    return {name: p.grad.clone() for name, p in model.named_parameters() if p.grad is not None}


def plain_loop(model: LlamaForCausalLM, batch: Rollouts, scale: float) -> dict[str, Tensor]:
    """REINFORCE with the advantages: completion by completion, word by word, with the library's forward pass."""
    for prompt, completion, mask, advantage in zip(
        batch.prompts, batch.completions, batch.drawn.tolist(), batch.advantage.tolist(), strict=True
    ):
        likelihoods = library_log_probabilities(model, prompt, completion)
        for likelihood, counts in zip(likelihoods, mask, strict=True):
            if counts:
                (-advantage * likelihood / scale).backward(retain_graph=True)
    return gradients(model)


def stepped(batch: Rollouts, settings: GRPOSettings = UNCUT, scale: float = SCALE) -> Run:
    run = new_run(shuffler(), settings)
    learn(run, batch, settings, scale)
    return run


@pytest.mark.parametrize("once", [True, False])
@pytest.mark.parametrize("opening", ["free", "think", "answer"])
def test_the_gradient_is_that_of_a_loop_over_completions(opening: str, once: bool) -> None:
    batch = drawn(opening)
    assert 0 < int((batch.advantage != 0).sum()) < len(batch.advantage)
    found = stepped(batch, replace(UNCUT, once=once))
    alike(gradients(found.model), plain_loop(shuffler(), batch, SCALE))


@pytest.mark.parametrize("micro_batch", [1, 2, 7, 1000])
def test_the_size_of_a_micro_batch_changes_nothing(micro_batch: int) -> None:
    batch = drawn()
    one = stepped(batch)
    other = stepped(batch, replace(UNCUT, once=False, micro_batch=micro_batch))
    alike(gradients(other.model), gradients(one.model))


def test_the_order_of_completions_changes_nothing() -> None:
    batch = drawn()
    order = torch.randperm(len(batch.reward), generator=torch.Generator().manual_seed(0))
    mixed = Rollouts(*(field[order] for field in batch))
    alike(gradients(stepped(mixed).model), gradients(stepped(batch).model))


def test_the_scale_divides_the_gradient() -> None:
    batch = drawn()
    once, twice = gradients(stepped(batch).model), gradients(stepped(batch, scale=2 * SCALE).model)
    alike({name: 2 * gradient for name, gradient in twice.items()}, once)


def test_a_gradient_is_cut_to_its_largest_norm() -> None:
    found = gradients(stepped(drawn(), replace(SETTINGS, gradient_norm=1e-3), scale=1.0).model)
    whole = gradients(stepped(drawn(), scale=1.0).model)
    norms = [float(torch.cat([g.flatten() for g in each.values()]).norm()) for each in (found, whole)]
    assert norms[0] == pytest.approx(1e-3, rel=1e-2)
    assert norms[1] > 1e-2


def test_a_step_makes_better_completions_likelier_and_worse_ones_less_likely() -> None:
    batch, settings = drawn(), replace(UNCUT, learning_rate=1e-4)
    run = stepped(batch, settings)
    moved = []
    with torch.no_grad():
        for row in batch.advantage.nonzero()[:, 0].tolist():
            tokens = batch.completions[row, : int(batch.drawn[row].sum())]
            gain = library_log_probabilities(run.model, batch.prompts[row], tokens).sum()
            gain -= batch.log_probabilities[row].sum()
            moved.append(float(batch.advantage[row] * gain))
    assert sum(moved) > 0
    assert sum(gain > 0 for gain in moved) > 0.7 * len(moved)


def all_alike(reward: float) -> Rollouts:
    batch = drawn()
    return batch._replace(
        reward=torch.full_like(batch.reward, reward), advantage=torch.zeros_like(batch.advantage)
    )


@pytest.mark.parametrize("reward", [0.0, 1.0])
def test_groups_without_a_difference_leave_everything_exactly_as_it_was(reward: float) -> None:
    """Also the optimizer, which would go on by its momentum."""
    run = stepped(drawn())
    before = weights(run.model)
    state = {
        index: {name: tensor.clone() for name, tensor in values.items()}
        for index, values in run.optimizer.state_dict()["state"].items()
    }
    learn(run, all_alike(reward), UNCUT, SCALE)
    assert weights(run.model) == before
    for index, values in run.optimizer.state_dict()["state"].items():
        assert all(torch.equal(tensor, state[index][name]) for name, tensor in values.items())


def test_groups_without_a_difference_add_nothing_to_the_others() -> None:
    batch, group = drawn(), SETTINGS.rollouts.group
    used = (batch.advantage.view(-1, group) != 0).any(1).repeat_interleave(group)
    assert 0 < int(used.sum()) < len(used)
    alone = Rollouts(*(field[used] for field in batch))
    assert weights(stepped(alone).model) == weights(stepped(batch).model)


Spoil = Callable[[Rollouts], Rollouts]


def first_used(batch: Rollouts) -> int:
    return int(batch.advantage.nonzero()[0, 0])


def infinite_advantage(batch: Rollouts) -> Rollouts:
    batch.advantage[first_used(batch)] = torch.inf
    return batch


def undefined_likelihood(batch: Rollouts) -> Rollouts:
    batch.log_probabilities[first_used(batch), 0] = torch.nan
    return batch


def unthinkable_word(batch: Rollouts) -> Rollouts:
    batch.log_probabilities[first_used(batch), 0] = -torch.inf
    return batch


@pytest.mark.parametrize("spoil", [infinite_advantage, undefined_likelihood, unthinkable_word])
def test_a_gradient_that_is_not_finite_stops_the_run_and_spoils_nothing(
    spoil: Spoil, is_one_sentence
) -> None:
    run = stepped(drawn())
    run.steps = 17
    before, state = weights(run.model), run.optimizer.state_dict()["state"]
    momentum = {index: values["exp_avg"].clone() for index, values in state.items()}
    with pytest.raises(
        FloatingPointError, match="gradient of step 17 is not finite: lower the learning rate"
    ) as stop:
        learn(run, spoil(drawn()), UNCUT, SCALE)
    assert is_one_sentence(str(stop.value))
    assert weights(run.model) == before
    assert run.steps == 17
    for index, values in run.optimizer.state_dict()["state"].items():
        assert torch.equal(values["exp_avg"], momentum[index])
    learn(run, drawn(), UNCUT, SCALE)  # and it can go on
    assert all(parameter.isfinite().all() for parameter in run.model.parameters())


class Stop(Exception):
    """Somebody pulls the plug."""


def finished(streams: Streams, stop_after: int | None = None) -> tuple[Run, list[Step]]:
    run, history = new_run(shuffler(), SETTINGS), []

    def after(run: Run, step: Step) -> None:
        history.append(step)
        if run.steps == stop_after:
            raise Stop

    if stop_after is not None:
        with pytest.raises(Stop):
            remaining(run, SHUFFLES, SETTINGS, streams, after)
        assert run.steps == stop_after
    remaining(run, SHUFFLES, SETTINGS, streams, after)
    return run, history


@pytest.mark.parametrize("stop_after", [1, 4])
def test_a_run_that_was_stopped_ends_as_one_that_was_not(stop_after: int) -> None:
    whole, history = finished(Streams(3))
    parts, pieces = finished(Streams(3), stop_after)
    assert weights(parts.model) == weights(whole.model)
    assert pieces == history
    assert whole.steps == parts.steps == len(history) == SETTINGS.steps
    assert weights(whole.model) != weights(shuffler())


def test_a_finished_run_does_nothing_more() -> None:
    run, _ = finished(Streams(3))
    before, seen = weights(run.model), []
    assert remaining(run, SHUFFLES, SETTINGS, Streams(3), lambda *step: seen.append(step)) is run
    assert weights(run.model) == before
    assert seen == []


def test_every_step_and_every_seed_has_completions_of_its_own() -> None:
    _, one = finished(Streams(3))
    _, other = finished(Streams(4))
    assert one != other
    assert len(set(one)) == SETTINGS.steps


def test_reinforcement_learning_makes_a_policy_better_and_flipped_rewards_make_it_worse() -> None:
    correct = {}
    for flipped in (0.0, 1.0):
        settings = GRPOSettings(
            steps=40, learning_rate=0.01, rollouts=RolloutSettings(problems=8, group=8, flipped=flipped)
        )
        history: list[Step] = []
        run = new_run(shuffler(), settings)
        remaining(run, SHUFFLES, settings, Streams(0), lambda _, step: history.append(step))  # noqa: B023
        correct[flipped] = np.mean([step.correct for step in history[-16:]])
    assert correct[0.0] > 0.55  # it begins at about 0.4
    assert correct[1.0] < 0.1


def test_a_summary_says_what_can_be_counted_in_the_texts() -> None:
    batch = drawn()
    found, texts = summary(batch, SHUFFLES), words_of(SHUFFLES, batch.completions.tolist())
    assert found.correct == pytest.approx(sum(batch.correct.tolist()) / 30)
    assert found.reward == pytest.approx(sum(batch.reward.tolist()) / 30)
    assert found.tokens == pytest.approx(sum(map(len, texts)) / 30)
    assert found.thinks == pytest.approx(sum(words[0] == "think" for words in texts) / 30)
    groups = [batch.reward[i : i + 5].tolist() for i in range(0, 30, 5)]
    assert found.used == pytest.approx(sum(len(set(group)) > 1 for group in groups) / 6)
    assert 0 < found.used < 1
    assert summary(batch._replace(reward=1 - batch.reward), SHUFFLES).correct == found.correct


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"steps": 0}, "steps and micro_batch"),
        ({"micro_batch": 0}, "steps and micro_batch"),
        ({"learning_rate": 0.0}, "learning_rate must be positive"),
    ],
)
def test_impossible_settings_are_refused(wrong: dict, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        GRPOSettings(**wrong)
