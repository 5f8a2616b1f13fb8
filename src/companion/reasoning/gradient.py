"""The policy gradient of a batch of completions, read row by row or with nothing read twice.

Completions of a problem share its prompt, and several of them may be equal. `once` reads each prompt and each distinct
completion once: completions attend to their prompt's keys and values, whose gradients are collected and passed back
through the prompts at the end. Its plain twin is `row_by_row`, which reads every row from its beginning. A test binds
the two, and both to a loop over completions. Both add to the parameters' gradients.
"""

from collections.abc import Iterator

import torch
from jaxtyping import Int
from torch import Tensor
from torch.nn import functional
from transformers import LlamaForCausalLM

from companion.policy_gradient import completion_loss
from companion.reasoning.rollouts import Rollouts
from companion.transformer.forward import KeysValues, log_probabilities, read

TOKENS = 1000
"""Of completions in one forward and backward pass; more of them no longer fit the processor's cache."""


def row_by_row(model: LlamaForCausalLM, batch: Rollouts, scale: float, micro_batch: int) -> None:
    """Completions of groups without any difference are left out, the others go in order of length."""
    prompt, lengths = batch.prompts.shape[1], lengths_of(batch)
    used = batch.advantage.nonzero()[:, 0]
    for rows in used[lengths[used].argsort()].split(micro_batch):
        end = int(lengths[rows].max())
        tokens = torch.cat([batch.prompts[rows], batch.completions[rows, :end]], 1)
        completion_loss(
            log_probabilities(model, tokens, prompt),
            batch.log_probabilities[rows, :end],
            batch.drawn[rows, :end],
            batch.advantage[rows],
            scale,
        ).backward()


def once(model: LlamaForCausalLM, batch: Rollouts, scale: float, tokens: int = TOKENS) -> None:
    """The same sum, with equal completions of a problem as one that has all their advantages."""
    batch = distinct(batch)
    if len(batch.reward) == 0:  # equal completions may cancel where rewards were turned around
        return
    which, problem = first_equal(batch.prompts).unique(return_inverse=True)
    prompts = batch.prompts[which]
    started = read(model, prompts)
    # Leaves of their own, so that a pass over completions ends at the prompts and lets its memory go.
    ends = [*(tensor for layer in started.kept for tensor in layer), started.hidden[:, -1]]
    leaves = [end.detach().requires_grad_() for end in ends]
    lengths = lengths_of(batch)
    for rows in parts(lengths, tokens):
        end = int(lengths[rows].max())
        *kept, last = (leaf.index_select(0, problem[rows]) for leaf in leaves)
        past = [KeysValues(*layer) for layer in zip(kept[::2], kept[1::2], strict=True)]
        said = batch.completions[rows, :end]
        hidden = torch.cat([last[:, None], read(model, said[:, :-1], past).hidden], 1)
        logits = model.lm_head(hidden).transpose(1, 2)
        completion_loss(
            -functional.cross_entropy(logits, said, reduction="none"),
            batch.log_probabilities[rows, :end],
            batch.drawn[rows, :end],
            batch.advantage[rows],
            scale,
        ).backward()
    torch.autograd.backward(ends, [leaf.grad for leaf in leaves])


def lengths_of(batch: Rollouts) -> Int[Tensor, " rows"]:
    """Tokens of each completion, to the last one drawn."""
    return batch.drawn.shape[1] - batch.drawn.flip(1).int().argmax(1)


def distinct(batch: Rollouts) -> Rollouts:
    """One row for each completion of a problem that teaches something."""
    first = first_equal(torch.cat([batch.prompts, batch.completions, batch.drawn], 1))
    advantage = torch.zeros(len(first)).index_add_(0, first, batch.advantage)
    rows = advantage.nonzero()[:, 0]
    return Rollouts(*(field[rows] for field in batch._replace(advantage=advantage)))


def first_equal(rows: Int[Tensor, "rows time"]) -> Int[Tensor, " rows"]:
    """For each row the first that equals it; `torch.unique` takes ten times as long."""
    seen: dict[bytes, int] = {}
    return torch.tensor([seen.setdefault(row.tobytes(), place) for place, row in enumerate(rows.numpy())])


def parts(lengths: Int[Tensor, " rows"], tokens: int) -> Iterator[Int[Tensor, " part"]]:
    """Rows in order of length, as many at once as hold no more tokens than that when filled up to the longest."""
    order = lengths.argsort()
    begin = 0
    for end in range(1, len(order) + 1):
        if end == len(order) or (end + 1 - begin) * int(lengths[order[end]]) > tokens:
            yield order[begin:end]
            begin = end
