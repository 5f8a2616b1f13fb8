"""The benchmark of rollouts counts and divides rightly, on models whose completions are known."""

import json
from importlib import import_module

import pytest
import torch

from companion import cli
from companion.bench import rollouts as bench
from companion.bench.rollouts import RolloutsBench, case_of, problems, sample_once, steps_apart, steps_once
from companion.lab.streams import Streams
from companion.reasoning.kept import shape_of, task_of
from companion.reasoning.recipe import TINY_COUNTDOWN, TINY_WORD_PROBLEM
from companion.reasoning.rollouts import rollouts
from companion.transformer.model import new_model

TINY = {"word_problem": TINY_WORD_PROBLEM, "countdown": TINY_COUNTDOWN}
SMALL = RolloutsBench(batches=3, repetitions=2)
COMPLETIONS = 4 * 4  # in a batch


def untrained(recipe):
    return new_model(shape_of(recipe), task_of(recipe).vocabulary, 0).eval()


def says_only(word, recipe=TINY_WORD_PROBLEM):
    """A model for which every place looks the same, and which has one word for it."""
    model = untrained(recipe)
    with torch.no_grad():
        for layer in model.model.layers:
            layer.self_attn.o_proj.weight.zero_()
            layer.mlp.down_proj.weight.zero_()
        model.model.embed_tokens.weight.fill_(1)
        model.lm_head.weight.zero_()
        model.lm_head.weight[word] = 10
    return model


def case(model, recipe=TINY_WORD_PROBLEM):
    return case_of(recipe, SMALL, model)


def test_the_report_has_the_cases_of_the_contract():
    report = bench.measure(settings=RolloutsBench(1, 1), recipes=TINY, prior=untrained)
    sampling = {"completions_per_s", "tokens_per_s", "completions_per_cpu_s", "tokens_per_cpu_s"}
    steps = {"completions_per_s", "completions_per_cpu_s", "sampling_share", "learning_share", "used_share"}
    for task in TINY:
        assert set(report[f"{task}_sampling"]) == sampling | {"tokens_per_completion"}
        assert set(report[f"{task}_steps"]) == steps | {"tokens_per_completion"}
        shares = report[f"{task}_steps"]
        assert shares["sampling_share"] + shares["learning_share"] == pytest.approx(1, abs=1e-4)
        assert 1 <= report[f"{task}_sampling"]["tokens_per_completion"] <= task_of(TINY[task]).limit
    assert (report["batches"], report["threads"]) == (1, 1)


def test_a_model_that_ends_at_once_draws_one_token():
    once = sample_once(case(says_only(1)), SMALL).result
    assert (once.completions, once.tokens) == (3 * COMPLETIONS, 3 * COMPLETIONS)


def test_a_model_that_never_ends_draws_to_the_limit():
    endless = says_only(7)
    assert (
        sample_once(case(endless), SMALL).result.tokens == 3 * COMPLETIONS * task_of(TINY_WORD_PROBLEM).limit
    )


def test_the_loop_makes_every_step_and_spares_the_prior():
    start = case(untrained(TINY_WORD_PROBLEM))
    before = {name: tensor.clone() for name, tensor in start.prior.state_dict().items()}
    first, second = steps_once(start, SMALL).result, steps_once(start, SMALL).result
    assert len(first) == 3
    assert first == second
    assert all(torch.equal(tensor, before[name]) for name, tensor in start.prior.state_dict().items())


def test_sampling_starts_from_the_problems_of_the_loop():
    start = case(untrained(TINY_WORD_PROBLEM))
    for step, prompts in enumerate(problems(start, SMALL)):
        batch = rollouts(start.prior, start.task, start.run.rollouts, Streams(0).numpy(f"rollouts {step}"))
        assert torch.equal(batch.prompts[:: start.run.rollouts.group], prompts)


def test_the_parts_fit_into_the_whole():
    """Nothing can be learned from completions that are all alike, so sampling takes nearly all of the time."""
    run = steps_apart(case(says_only(7)), SMALL)
    assert 0 <= run.result.learning_cpu_s < run.result.sampling_cpu_s
    assert run.result.sampling_cpu_s + run.result.learning_cpu_s <= run.cpu_s


def test_numbers_by_hand():
    found = bench.sampling_numbers(bench.Timed(bench.Sampled(100, 700), wall_s=2.0, cpu_s=0.5))
    assert found == {
        "completions_per_s": 50,
        "tokens_per_s": 350,
        "completions_per_cpu_s": 200,
        "tokens_per_cpu_s": 1400,
        "tokens_per_completion": 7,
    }
    steps = [bench.Step(0.5, 0.5, 6.0, 0.0, 1.0), bench.Step(0.5, 0.5, 8.0, 0.0, 0.5)]
    parts = bench.Timed(bench.Apart(1.0, 3.0), 4.0, 4.0)
    assert bench.steps_numbers(bench.Timed(steps, 4.0, 2.0), parts, 10) == {
        "completions_per_s": 5,
        "completions_per_cpu_s": 10,
        "tokens_per_completion": 7,
        "sampling_share": 0.25,
        "learning_share": 0.75,
        "used_share": 0.75,
    }


def test_torch_gets_its_threads_back():
    before = torch.get_num_threads()
    with bench.torch_threads(2):
        assert torch.get_num_threads() == 2
    assert torch.get_num_threads() == before


def test_the_command_knows_the_name(monkeypatch, capsys):
    module = import_module("companion.bench.rollouts")
    monkeypatch.setattr(module, "measure", lambda threads: {"threads": threads})
    cli.main(["bench", "rollouts", "--json", "--threads", "2"])
    assert json.loads(capsys.readouterr().out) == {"threads": 2}
