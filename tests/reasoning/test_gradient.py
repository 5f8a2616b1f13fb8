"""What is read once against what is read row by row; how rows are put together. The loop itself: test_grpo.py."""

from collections import Counter
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from companion.reasoning import gradient
from companion.reasoning.gradient import distinct, first_equal, once, parts, row_by_row
from companion.reasoning.rollouts import Rollouts, RolloutSettings, rollouts
from tests.reasoning.runs import NUMBERS, SHUFFLES, alike, counter, shuffler

SCALE = 37.0
TASKS = {"shuffles": (SHUFFLES, shuffler), "numbers": (NUMBERS, counter)}


def drawn(name: str = "shuffles", seed: int = 0) -> Rollouts:
    task, policy = TASKS[name]
    return rollouts(policy(), task, RolloutSettings(problems=8, group=8), np.random.default_rng(seed))


def gradients(way: Any, batch: Rollouts, *arguments: Any, name: str = "shuffles") -> dict[str, Tensor]:
    model = TASKS[name][1]()
    way(model, batch, SCALE, *arguments)
    return {name: p.grad.clone() for name, p in model.named_parameters() if p.grad is not None}


def rows_of(batch: Rollouts) -> list[tuple[int, ...]]:
    return [tuple(row) for row in torch.cat([batch.prompts, batch.completions], 1).tolist()]


@pytest.mark.parametrize("tokens", [1, 40, 10_000])
@pytest.mark.parametrize("name", TASKS)
def test_reading_once_gives_the_gradient_of_reading_row_by_row(name: str, tokens: int) -> None:
    batch = drawn(name)
    assert len(set(rows_of(batch))) < len(rows_of(batch))  # some are equal
    alike(gradients(once, batch, tokens, name=name), gradients(row_by_row, batch, 128, name=name))


def test_both_add_to_what_is_there() -> None:
    batch, model = drawn(), shuffler()
    once(model, batch, SCALE)
    once(model, batch, SCALE)
    row_by_row(model, batch, SCALE, 16)
    thrice = {name: p.grad.clone() for name, p in model.named_parameters() if p.grad is not None}
    alike(thrice, {name: 3 * each for name, each in gradients(once, batch).items()})


def test_a_prompt_is_read_once_and_no_completion_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    batch, seen, read = drawn(), list[Tensor](), gradient.read
    monkeypatch.setattr(
        gradient, "read", lambda model, tokens, *past: (seen.append(tokens), read(model, tokens, *past))[1]
    )
    once(shuffler(), batch, SCALE, 10_000)
    prompts, completions = seen
    taught = batch.advantage != 0
    assert sorted(prompts.tolist()) == sorted(map(list, set(map(tuple, batch.prompts[taught].tolist()))))
    rows = [row for row, teaches in zip(rows_of(batch), taught.tolist(), strict=True) if teaches]
    assert len(completions) == len(set(rows)) < len(rows)


def test_distinct_rows_carry_all_advantages() -> None:
    batch = drawn()
    found = distinct(batch)
    expected = Counter[tuple[int, ...]]()
    for row, advantage in zip(rows_of(batch), batch.advantage.tolist(), strict=True):
        expected[row] += advantage
    carried = dict(zip(rows_of(found), found.advantage.tolist(), strict=True))
    assert len(carried) == len(found.advantage)
    assert carried == pytest.approx({row: total for row, total in expected.items() if total})


def test_equal_words_that_were_not_drawn_alike_stay_apart() -> None:
    """A policy may draw the padding; what fills a row up looks the same and was not drawn."""
    batch = drawn()
    rows = batch.advantage.nonzero()[:1, 0].repeat(2)
    pair = Rollouts(*(field[rows] for field in batch))
    assert len(distinct(pair).reward) == 1
    pair.drawn[1, -1] = ~pair.drawn[1, -1]
    assert len(distinct(pair).reward) == 2


def test_completions_that_cancel_teach_nothing() -> None:
    """Equal completions with opposite rewards, as flipped rewards make them."""
    batch = drawn()
    pair = Rollouts(*(field[:1].repeat(2, *[1] * (field.ndim - 1)) for field in batch))
    model = shuffler()
    once(model, pair._replace(advantage=torch.tensor([0.5, -0.5])), SCALE)
    assert all(parameter.grad is None for parameter in model.parameters())


def test_the_first_equal_row() -> None:
    rows = torch.tensor([[3, 1], [3, 2], [3, 1], [1, 3], [3, 2], [3, 1]])
    assert first_equal(rows).tolist() == [0, 1, 0, 3, 1, 0]


@pytest.mark.parametrize("tokens", [1, 7, 20, 1000])
def test_parts_hold_every_row_once_and_not_too_many_tokens(tokens: int) -> None:
    lengths = torch.tensor([3, 1, 9, 4, 4, 2, 8, 1])
    found = list(parts(lengths, tokens))
    assert sorted(torch.cat(found).tolist()) == list(range(8))
    assert torch.equal(lengths[torch.cat(found)], lengths.sort().values)
    for part in found:
        assert len(part) == 1 or len(part) * int(lengths[part].max()) <= tokens
    assert len(found) == {1: 8, 7: 6, 20: 3, 1000: 1}[tokens]


def test_completions_of_one_word_are_read_from_their_prompt_alone() -> None:
    batch = drawn()
    short = batch._replace(
        **{field: getattr(batch, field)[:, :1] for field in ("completions", "drawn", "log_probabilities")}
    )
    alike(gradients(once, short), gradients(row_by_row, short, 128))
