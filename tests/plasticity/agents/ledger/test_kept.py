"""Kept agents are used where they fit, and are what training on the spot would give."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from companion.lab import checkpoints
from companion.plasticity.agents.ledger import kept
from companion.plasticity.agents.ledger.recipe import TINY
from companion.tensors import pack


def weights(model: torch.nn.Module) -> dict[str, bytes]:
    return {name: tensor.numpy().tobytes() for name, tensor in model.state_dict().items()}


def test_an_agent_depends_on_seed_and_variant_and_on_nothing_else() -> None:
    one, again, other = (weights(kept.agent(TINY, seed)) for seed in (7, 7, 8))
    intact = weights(kept.agent(replace(TINY, variant="intact"), 7))
    assert one == again
    assert one != other
    assert one != intact


def test_a_kept_agent_is_used_where_its_recipe_fits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    find = checkpoints.find
    monkeypatch.setattr(kept.checkpoints, "find", lambda name: find(name, tmp_path))
    planted = kept.new_agent(TINY, kept.Streams(99))
    checkpoints.keep(kept.name_of("varied", 7), pack(kept.flatten(planted), TINY), "a test", tmp_path)
    assert weights(kept.agent(TINY, 7)) == weights(kept.unflatten(TINY, kept.flatten(planted)))
    elsewhere = replace(TINY, steps=TINY.steps + 1)
    assert weights(kept.agent(elsewhere, 7)) != weights(kept.agent(TINY, 7))


def test_kept_files_are_small() -> None:
    model = kept.new_model(kept.shape_of(kept.Recipe()), kept.VOCABULARY, 0)
    assert len(pack(kept.flatten(model), kept.Recipe())) < 1_000_000


@pytest.mark.parametrize("arguments", [[], ["varied"], ["never", "0"], ["varied", "x"]])
def test_wrong_use_is_told_the_right_one(arguments: list[str]) -> None:
    with pytest.raises(SystemExit, match="usage: python -m"):
        kept.main(arguments)
