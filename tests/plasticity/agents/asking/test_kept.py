"""Kept agents are used where they fit, and are what training on the spot would give."""

from dataclasses import replace
from pathlib import Path

import pytest

from companion.lab import checkpoints
from companion.plasticity.agents.asking import kept
from companion.plasticity.agents.asking.kept import Agent, flatten, prior_key, unflatten
from companion.plasticity.agents.asking.recipe import FULL, TINY
from companion.tensors import pack
from tests.plasticity.agents.asking.agents import novice, weights


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    find = checkpoints.find
    monkeypatch.setattr(kept.checkpoints, "find", lambda name: find(name, tmp_path))
    return tmp_path


def test_a_prior_knows_nothing_of_what_is_learned_after_it() -> None:
    later = replace(TINY, reward="prevailing", steps=9, strength=0.6, entropy=1.0, replay=1.0, evidence=False)
    assert prior_key(later) == prior_key(TINY)
    assert prior_key(replace(TINY, prior="weak")) != prior_key(TINY)
    assert prior_key(replace(TINY, lessons=4)) != prior_key(TINY)


def test_a_kept_prior_is_used_where_its_recipe_fits(folder: Path) -> None:
    planted = Agent(novice(5), [])
    checkpoints.keep(kept.name_of("unused", 7), pack(flatten(planted), prior_key(TINY)), "a test", folder)
    assert weights(kept.prior(TINY, 7)) == weights(unflatten(TINY, flatten(planted)).model)
    other = replace(TINY, lessons=TINY.lessons + 1)
    assert weights(kept.prior(other, 7)) != weights(kept.prior(TINY, 7))


def test_a_kept_agent_is_used_for_its_recipe_alone(folder: Path) -> None:
    planted = Agent(novice(5), [kept.Step(0.5, 0.25, 3.0)])
    checkpoints.keep(kept.name_of("outcome", 7), pack(flatten(planted), TINY), "a test", folder)
    found = kept.agent(TINY, 7)
    assert weights(found.model) == weights(unflatten(TINY, flatten(planted)).model)
    assert found.history == planted.history
    assert kept.agent(replace(TINY, reward="shuffled"), 7).history != planted.history


def test_agents_of_one_seed_are_one_agent(folder: Path) -> None:
    one, again, other = (kept.agent(TINY, seed) for seed in (3, 3, 4))
    assert weights(one.model) == weights(again.model)
    assert weights(one.model) != weights(other.model)
    assert len(one.history) == TINY.steps


def test_kept_files_are_small() -> None:
    model = kept.new_model(kept.shape_of(FULL), kept.VOCABULARY, 0)
    assert len(pack(flatten(Agent(model, [])), FULL)) < 1_000_000


@pytest.mark.parametrize("arguments", [[], ["unused"], ["never", "0"], ["outcome", "x"]])
def test_wrong_use_is_told_the_right_one(arguments: list[str]) -> None:
    with pytest.raises(SystemExit, match="usage: python -m"):
        kept.main(arguments)
