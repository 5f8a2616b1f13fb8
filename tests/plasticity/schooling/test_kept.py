"""What is kept of a speaker, and that kept speakers pass the gate."""

import numpy as np
import pytest
import torch

from companion.lab import checkpoints
from companion.plasticity.conversation.culture import culture
from companion.plasticity.conversation.language import TOPIC, VOCABULARY
from companion.plasticity.conversation.world import STANCES, STRENGTH
from companion.plasticity.schooling.gate import nearness
from companion.plasticity.schooling.kept import Key, flatten, main, name_of, new, seeds, speaker, unflatten
from companion.plasticity.schooling.recipe import DIETS, FULL, PASSED, TINY
from companion.plasticity.state.instance import ask, state_of
from companion.transformer.forward import read


def test_a_speaker_is_its_weights_rounded() -> None:
    model = new(Key(TINY, 0, 0))
    again = unflatten(TINY, flatten(model))
    tokens = torch.tensor([[0, 9, 30, 40, 50]])
    assert torch.allclose(read(model, tokens).hidden, read(again, tokens).hidden, atol=0.05)
    for name, tensor in again.state_dict().items():
        assert torch.equal(tensor, model.state_dict()[name].to(torch.bfloat16).float())


def test_speakers_differ_by_seed_and_by_culture_and_come_out_alike_twice() -> None:
    first, again = (new(Key(TINY, 1, 0)).lm_head.weight for _ in range(2))
    assert torch.equal(first, again)
    for other in (Key(TINY, 1, 1), Key(TINY, 2, 0)):
        assert not torch.equal(first, new(other).lm_head.weight)


def test_a_kept_speaker_is_not_to_be_changed() -> None:
    assert not any(each.requires_grad for each in speaker(TINY, 0, 0).parameters())


@pytest.mark.parametrize("number", range(5))
def test_kept_speakers_pass_the_gate_on_open_topics(number: int) -> None:
    found = nearness(speaker(FULL, number, 0), culture(number), 0.0, np.random.default_rng(7), rows=16)
    assert found.passes


@pytest.mark.parametrize("diet", DIETS)
def test_every_speaker_is_kept(diet: str) -> None:
    names = [name_of(diet, number, seed) for number in range(5) for seed in seeds(diet, number)]
    assert all(map(checkpoints.find, names))
    kept = [path.stem for path in checkpoints.FOLDER.glob(f"views-{diet}-*.safetensors")]
    assert sorted(kept) == sorted(names)


def test_a_culture_without_speakers_of_its_own_has_the_first_seeds() -> None:
    assert seeds("full", 9) == (0, 1, 2)
    assert seeds("full", 2) == PASSED[2]


def test_nearness_sees_a_speaker_that_knows_nothing() -> None:
    found = nearness(speaker(TINY, 0, 0), culture(0), 0.9, np.random.default_rng(0), rows=32)
    assert found.agreement < 0.8
    assert found.distance > 0.2


def test_the_prior_of_a_culture_is_in_the_weights() -> None:
    of = culture(0)
    topic = int(np.flatnonzero(STRENGTH == 0.98)[0])
    state = state_of(speaker(FULL, 0, 0), np.array([[VOCABULARY.begin, TOPIC + topic]]))
    says = ask(speaker(FULL, 0, 0), state).yes[0, 0]
    assert (says > 0.5).tolist() == (STANCES[of.prevailing[topic]] > 0).tolist()


@pytest.mark.parametrize("bad", [[], ["full"], ["rich", "0"], ["full", "x"]])
def test_the_command_says_how_it_is_used(bad: list[str]) -> None:
    with pytest.raises(SystemExit, match="usage"):
        main(bad)
