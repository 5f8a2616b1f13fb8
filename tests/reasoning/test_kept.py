"""Each variant differs from the run in exactly what recipe.py says; kept files are used only where they fit."""

from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest
import torch

from companion.lab import checkpoints
from companion.reasoning import checkpoint, countdown_texts, kept
from companion.reasoning.kept import (
    INGREDIENTS,
    RECIPES,
    TASKS,
    Policy,
    flatten,
    keep_policy,
    key_of,
    main,
    name_of,
    policy,
    run_of,
    shape_of,
    task_of,
    unflatten,
    with_flipped_rewards,
)
from companion.reasoning.recipe import (
    COUNTDOWN,
    SHORT_WORD_PROBLEM,
    TINY_COUNTDOWN,
    TINY_WORD_PROBLEM,
    WORD_PROBLEM,
    Corpus,
    Recipe,
    TaskName,
    Variant,
)
from tests.reasoning.runs import weights

TINY = replace(TINY_WORD_PROBLEM, texts=256, width=16, heads=2, feedforward=32)
TINY_NUMBERS = replace(TINY_COUNTDOWN, width=16, heads=2, feedforward=32)


def flat(settings: dict[str, Any]) -> dict[str, Any]:
    rollouts = settings.pop("rollouts")
    return settings | rollouts


DIFFERENCES: dict[Variant, dict[str, Any]] = {
    "rl": {},
    "traced": {"opening": "think"},
    "no-trace": {"opening": "answer"},
    "random": {"flipped": 0.5},
    "self-graded": {"grader": "own mark"},
}


def test_every_variant_but_the_prior_is_a_run() -> None:
    assert set(DIFFERENCES) == set(get_args(Variant)) - {"base"}


@pytest.mark.parametrize("variant", DIFFERENCES)
def test_a_variant_differs_from_the_run_in_what_its_description_says(variant: Variant) -> None:
    one, usual = (flat(asdict(run_of(WORD_PROBLEM, name))) for name in (variant, "rl"))
    assert {name: value for name, value in one.items() if usual[name] != value} == DIFFERENCES[variant]


def test_the_run_as_it_should_be_has_nothing_broken() -> None:
    rollouts = run_of(WORD_PROBLEM, "rl").rollouts
    assert (rollouts.opening, rollouts.grader, rollouts.flipped) == ("free", "verifier", 0)
    assert rollouts.limit is None


def test_the_numbers_of_a_recipe_reach_the_run() -> None:
    recipe = replace(WORD_PROBLEM, steps=7, problems=5, group=3, rate=1e-5)
    found = flat(asdict(run_of(recipe, "rl")))
    assert (found["steps"], found["problems"], found["group"], found["learning_rate"]) == (7, 5, 3, 1e-5)


@pytest.mark.parametrize("name", get_args(TaskName))
def test_a_window_holds_all_that_is_read_and_written(name: TaskName) -> None:
    recipe = RECIPES[name]
    task, window = task_of(recipe), shape_of(recipe).window
    assert recipe.task == name
    assert TASKS[name] is task
    assert window >= task.prompt_length + task.limit + 1 + task.answer_limit
    random = np.random.default_rng(0)
    if name == "countdown":
        exercises = (countdown_texts.drills, countdown_texts.comparisons, countdown_texts.checks)
        corpora = [make(task, 20, random) for make in exercises]
        corpora.append(countdown_texts.corpus(task, 20, countdown_texts.Ingredients(), random))
    else:
        corpora = [task.corpus(20, ingredients, random) for ingredients in INGREDIENTS.values()]
    assert max(corpus.tokens.shape[1] for corpus in corpora) <= window


def test_tasks_are_what_their_names_say() -> None:
    assert task_of(WORD_PROBLEM).lengths == (10,)
    assert min(task_of(SHORT_WORD_PROBLEM).lengths) == 1
    assert max(task_of(SHORT_WORD_PROBLEM).lengths) == 8
    assert task_of(COUNTDOWN).numbers == 4


@pytest.mark.parametrize("corpus", get_args(Corpus))
def test_a_corpus_is_spoiled_in_what_its_description_says(corpus: Corpus) -> None:
    found, usual = asdict(INGREDIENTS[corpus]), asdict(INGREDIENTS["full"])
    different = {name: value for name, value in found.items() if value != usual[name]}
    assert (
        different
        == {
            "full": {},
            "no-full-traces": {"full_traces": 0.0},
            "random-steps": {"step_error": 0.9},
            "wrong-answers": {"answer_error": 0.9},
        }[corpus]
    )


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """checkpoints/ and _build/ of its own."""
    find, keep = checkpoints.find, checkpoints.keep
    monkeypatch.setattr(checkpoints, "find", lambda name: find(name, tmp_path))
    monkeypatch.setattr(checkpoints, "keep", lambda name, data, by: keep(name, data, by, tmp_path))
    monkeypatch.setattr(checkpoint, "SCRATCH", tmp_path / "scratch")
    return tmp_path


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[tuple]:
    """The policies that were made on the spot."""
    calls: list[tuple] = []
    make = kept.made

    def noted(*arguments):
        calls.append(arguments)
        return make(*arguments)

    monkeypatch.setattr(kept, "made", noted)
    return calls


def alike(one: Policy, other: Policy) -> bool:
    return weights(one.model) == weights(other.model) and one.history == other.history


@pytest.mark.parametrize("recipe", [TINY, TINY_NUMBERS], ids=lambda recipe: recipe.task)
def test_a_kept_policy_is_used_where_its_settings_agree_and_else_made(
    recipe: Recipe, folder: Path, made: list[tuple], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(RECIPES, recipe.task, recipe)
    prior, learned = policy(recipe, "base", 3), policy(recipe, "rl", 3)
    assert prior.history == []
    assert len(learned.history) == recipe.steps
    keep_policy(recipe.task, "base", 3)
    keep_policy(recipe.task, "rl", 3)
    made.clear()
    assert alike(policy(recipe, "base", 3), prior)
    assert alike(policy(recipe, "rl", 3), learned)
    assert alike(policy(replace(recipe, steps=1), "base", 3), prior)  # a prior knows nothing of the run
    assert made == []
    assert not alike(policy(replace(recipe, texts=recipe.texts + 64), "base", 3), prior)
    assert not alike(policy(recipe, "base", 4), prior)
    assert len(made) == 2


def test_a_run_starts_from_the_kept_prior_of_its_seed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started = []
    monkeypatch.setattr(kept, "trained", lambda model, *rest: started.append(weights(model)) or [])
    policy(TINY, "rl", 3)
    policy(TINY, "no-trace", 3)
    policy(TINY, "rl", 4)
    prior = weights(policy(TINY, "base", 3).model)
    assert started[:2] == [prior, prior]
    assert started[2] != prior


def test_a_file_of_another_policy_under_this_name_is_not_used(
    folder: Path, made: list[tuple], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(RECIPES, "word-problem", TINY)
    keep_policy("word-problem", "no-trace", 3)
    made.clear()
    monkeypatch.setattr(kept, "name_of", lambda task, variant, seed: name_of(task, "no-trace", seed))
    policy(TINY, "rl", 3)
    assert (TINY, "rl", 3) in made


def test_keeping_rounds_weights_to_a_hundredth_of_themselves_and_no_history(folder: Path) -> None:
    found = policy(TINY, "rl", 3)
    torch.manual_seed(0)
    with torch.no_grad():
        for parameter in found.model.parameters():
            parameter.add_(0.01 * torch.randn_like(parameter))
    again = unflatten(TINY, flatten(found))
    for one, other in zip(found.model.parameters(), again.model.parameters(), strict=True):
        assert float((one - other).detach().abs().max()) <= 0.004 * float(one.detach().abs().max())
    assert not alike(found, again)
    assert alike(unflatten(TINY, flatten(again)), again)  # once is enough
    assert [step.tokens for step in again.history] == pytest.approx([step.tokens for step in found.history])


def test_flipped_rewards_are_those_of_the_variants_or_between(folder: Path) -> None:
    assert alike(with_flipped_rewards(TINY, 0.0, 3), policy(TINY, "rl", 3))
    assert alike(with_flipped_rewards(TINY, 0.5, 3), policy(TINY, "random", 3))
    turned = with_flipped_rewards(TINY, 1.0, 3)
    assert turned.history[0].reward == pytest.approx(1 - turned.history[0].correct)
    assert turned.history[0].correct == pytest.approx(policy(TINY, "rl", 3).history[0].correct)


def test_priors_settings_are_told_from_those_of_a_run() -> None:
    longer = replace(WORD_PROBLEM, steps=5, rate=1.0, group=2, problems=1)
    assert key_of(longer, "base") == key_of(WORD_PROBLEM, "base")
    assert key_of(longer, "rl") != key_of(WORD_PROBLEM, "rl")
    assert key_of(replace(WORD_PROBLEM, corpus="random-steps"), "base") != key_of(WORD_PROBLEM, "base")
    assert key_of(WORD_PROBLEM, "rl") != key_of(WORD_PROBLEM, "random")


def test_names_of_files_are_names_of_policies() -> None:
    names = {
        name_of(task, variant, seed)
        for task in get_args(TaskName)
        for variant in get_args(Variant)
        for seed in (0, 1, 11)
    }
    assert len(names) == 3 * len(get_args(Variant)) * 3
    assert name_of("countdown", "no-trace", 2) == "cot-countdown-no-trace-2"


def test_the_command_makes_what_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[tuple] = []
    monkeypatch.setattr(kept, "keep_policy", lambda *arguments: calls.append(arguments))
    main(["word-problem", "rl", "0", "4"])
    main(["countdown", "base", "1"])
    assert calls == [("word-problem", "rl", 0), ("word-problem", "rl", 4), ("countdown", "base", 1)]


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["countdown"],
        ["countdown", "rl"],
        ["countdwon", "rl", "1"],
        ["countdown", "lr", "1"],
        ["countdown", "rl", "one"],
    ],
)
def test_the_command_explains_itself(arguments: list[str]) -> None:
    with pytest.raises(SystemExit, match=r"^usage: python -m companion.reasoning.kept \{word-problem,"):
        main(arguments)
