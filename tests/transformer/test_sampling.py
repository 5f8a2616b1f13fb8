"""Sampling against the library's generate, its forward pass without a cache, and chances that are enumerated."""

import numpy as np
import pytest
import torch
from scipy.stats import chisquare
from torch import Tensor
from transformers import LlamaForCausalLM

from companion.transformer.sampling import Completions, sample
from tests.transformer.models import SHAPES, WINDOW, Given, awake, library_logits, some_tokens

END, PAD = 1, 2
UNEQUAL = torch.tensor([3, 8, 1, 6, 8, 2, 5, 1])


def random(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def generated(model: LlamaForCausalLM, prompt: Tensor, limit: int) -> list[int]:
    """What the library says after one prompt, filled up like ours."""
    tokens = model.generate(
        prompt[None],
        attention_mask=torch.ones_like(prompt[None]),
        max_new_tokens=limit,
        do_sample=False,
    )[0, len(prompt) :].tolist()
    return tokens + [PAD] * (limit - len(tokens))


def ends_of(completions: Completions) -> list[int | None]:
    """Where each row ends, by its words alone."""
    rows = completions.tokens.tolist()
    return [row.index(END) if END in row else None for row in rows]


@pytest.mark.parametrize("shape", SHAPES)
def test_the_likeliest_completion_is_what_the_library_generates(shape: str) -> None:
    ends = set()
    for seed in range(4):
        model, prompts = awake(SHAPES[shape], seed), some_tokens(6, 5, seed)
        found = sample(model, prompts, 12, random(), temperature=0.0)
        assert found.tokens.tolist() == [generated(model, prompt, 12) for prompt in prompts]
        ends |= set(ends_of(found))
    assert len(ends) > 2  # some rows end early, some late or never


def test_prompts_of_unequal_length_are_each_continued_as_alone() -> None:
    ends = set()
    for seed in range(4):
        model, prompts = awake(seed=seed), some_tokens(8, 8, seed)
        found = sample(model, prompts, 14, random(), lengths=UNEQUAL, temperature=0.0)
        alone = [
            generated(model, prompt[:length], 14)
            for prompt, length in zip(prompts, UNEQUAL.tolist(), strict=True)
        ]
        assert found.tokens.tolist() == alone
        ends |= set(ends_of(found))
    assert len(ends) > 2


def test_what_fills_a_prompt_is_not_read() -> None:
    model, prompts = awake(), some_tokens(8, 8)
    other = prompts.clone()
    for row, length in enumerate(UNEQUAL.tolist()):
        other[row, length:] = PAD
    one, two = (sample(model, tokens, 10, random(), lengths=UNEQUAL) for tokens in (prompts, other))
    assert torch.equal(one.tokens, two.tokens)
    torch.testing.assert_close(one.log_probabilities, two.log_probabilities)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 1.7])
@pytest.mark.parametrize("lengths", [None, UNEQUAL])
def test_log_probabilities_are_those_of_a_forward_pass_without_a_cache(
    temperature: float, lengths: Tensor | None
) -> None:
    model, prompts = awake(), some_tokens(8, 8)
    found = sample(model, prompts, 9, random(), copies=3, lengths=lengths, temperature=temperature)
    checked = 0
    for row, tokens in enumerate(found.tokens):
        prompt = prompts[row // 3, : 8 if lengths is None else int(lengths[row // 3])]
        with torch.no_grad():
            logits = library_logits(model, torch.cat([prompt, tokens])[None])[0, len(prompt) - 1 : -1]
        expected = (logits / temperature).log_softmax(-1)
        for place, token in enumerate(tokens.tolist()):
            if token == PAD:
                assert float(found.log_probabilities[row, place]) == 0
                continue
            checked += 1
            assert float(found.log_probabilities[row, place]) == pytest.approx(
                float(expected[place, token]), abs=2e-4
            )
    assert checked > 80


def test_rows_end_with_the_word_that_ends_them_and_padding_follows() -> None:
    found = sample(awake(seed=3), some_tokens(40, 4), 10, random(), copies=3)
    ends = ends_of(found)
    assert len(set(ends)) == 11  # every place, and never
    for row, end in enumerate(ends):
        words = 10 if end is None else end + 1
        assert found.mask[row].tolist() == [True] * words + [False] * (10 - words)
        assert (found.tokens[row, words:] == PAD).all()
        assert (found.log_probabilities[row, words:] == 0).all()
        assert (found.log_probabilities[row, :words] < 0).all()
        assert (found.tokens[row, :words] != PAD).all()


@pytest.mark.parametrize("batch", [1, 2, 6, 7, 20, 21])
def test_the_size_of_a_batch_changes_nothing(batch: int) -> None:
    model, prompts = awake(), some_tokens(7, 8)
    lengths = UNEQUAL[:7]
    whole = sample(model, prompts, 10, random(), copies=3, lengths=lengths)
    parts = sample(model, prompts, 10, random(), copies=3, lengths=lengths, batch=batch)
    assert torch.equal(parts.tokens, whole.tokens)
    assert torch.equal(parts.mask, whole.mask)
    torch.testing.assert_close(parts.log_probabilities, whole.log_probabilities, rtol=1e-4, atol=1e-4)


def test_copies_of_a_prompt_are_like_the_prompt_written_several_times() -> None:
    model, prompts = awake(), some_tokens(5, 8)
    copies = sample(model, prompts, 10, random(), copies=4, lengths=UNEQUAL[:5])
    written = sample(
        model,
        prompts.repeat_interleave(4, 0),
        10,
        random(),
        lengths=UNEQUAL[:5].repeat_interleave(4),
    )
    assert torch.equal(copies.tokens, written.tokens)
    torch.testing.assert_close(copies.log_probabilities, written.log_probabilities, rtol=1e-4, atol=1e-4)
    assert len({tuple(row) for row in copies.tokens[:4].tolist()}) > 1


def test_rows_may_be_asked_for_in_any_order() -> None:
    """A row's numbers decide its completion, wherever it stands."""
    model, prompts = awake(), some_tokens(8, 8)
    numbers, order = random(1).random((8, 10)), [5, 2, 7, 0, 1, 6, 4, 3]
    straight = sample(model, prompts, 10, Given(numbers), lengths=UNEQUAL)
    mixed = sample(model, prompts[order], 10, Given(numbers[order]), lengths=UNEQUAL[order])
    assert torch.equal(mixed.tokens, straight.tokens[order])
    torch.testing.assert_close(
        mixed.log_probabilities, straight.log_probabilities[order], rtol=1e-4, atol=1e-4
    )


def test_the_copies_of_a_prompt_may_be_asked_for_in_any_order() -> None:
    model, prompts = awake(), some_tokens(2, 5)
    numbers, order = random(1).random((8, 10)), [3, 1, 0, 2, 6, 7, 5, 4]
    straight = sample(model, prompts, 10, Given(numbers), copies=4)
    mixed = sample(model, prompts, 10, Given(numbers[order]), copies=4)
    assert torch.equal(mixed.tokens, straight.tokens[order])


def test_a_longer_limit_goes_on_where_a_shorter_one_stopped() -> None:
    model, prompts = awake(), some_tokens(12, 5)
    numbers = random(1).random((12, 10))
    long = sample(model, prompts, 10, Given(numbers))
    short = sample(model, prompts, 4, Given(numbers[:, :4]))
    assert torch.equal(short.tokens, long.tokens[:, :4])
    torch.testing.assert_close(short.log_probabilities, long.log_probabilities[:, :4])


def test_the_generator_decides_everything() -> None:
    model, prompts = awake(), some_tokens(4, 5)
    torch.manual_seed(0)
    one = sample(model, prompts, 10, random(7), copies=3)
    torch.manual_seed(1)
    assert torch.equal(sample(model, prompts, 10, random(7), copies=3).tokens, one.tokens)
    assert not torch.equal(sample(model, prompts, 10, random(8), copies=3).tokens, one.tokens)


def exact(model: LlamaForCausalLM, prompt: Tensor, temperature: float) -> dict[tuple[int, int], float]:
    """The chance of every completion by two words, from the library's forward pass on each first word."""
    words = model.config.vocab_size
    begun = torch.cat([prompt.expand(words, -1), torch.arange(words)[:, None]], 1)
    with torch.no_grad():
        chances = (library_logits(model, begun).double()[:, -2:] / temperature).softmax(-1)
    found = {}
    for first in range(words):
        if first == END:
            found[END, PAD] = float(chances[0, 0, END])
            continue
        for second in range(words):
            found[first, second] = float(chances[first, 0, first] * chances[first, 1, second])
    return found


def p_value(found: Completions, chances: dict[tuple[int, int], float]) -> float:
    """Of a chi-square test; completions that are expected fewer than eight times are put together."""
    tokens, rows = [tuple(row) for row in found.tokens.tolist()], len(found.tokens)
    assert set(tokens) <= chances.keys()
    often = [pair for pair, chance in chances.items() if chance * rows >= 8]
    counts = [tokens.count(pair) for pair in often]
    expected = [chances[pair] * rows for pair in often]
    rest = rows - sum(expected)
    return float(chisquare([*counts, rows - sum(counts)], [*expected, rest]).pvalue)


@pytest.mark.parametrize(("temperature", "other"), [(1.0, 1.1), (0.6, 0.66), (2.0, 1.85)])
def test_draws_have_the_chances_of_the_softmax_and_no_other(temperature: float, other: float) -> None:
    model, prompt = awake(seed=1), some_tokens(1, 4)
    found = sample(model, prompt, 2, random(), copies=20_000, temperature=temperature)
    assert p_value(found, exact(model, prompt, temperature)) > 0.01
    assert p_value(found, exact(model, prompt, other)) < 1e-6


def test_a_low_temperature_is_nearly_greedy() -> None:
    model, prompts = awake(), some_tokens(30, 5)
    greedy = sample(model, prompts, 8, random(), temperature=0.0)
    cold = sample(model, prompts, 8, random(), temperature=1e-4)
    assert torch.equal(cold.tokens, greedy.tokens)
    assert not torch.equal(sample(model, prompts, 8, random()).tokens, greedy.tokens)
    assert (greedy.log_probabilities == 0).all()


def test_the_window_may_be_filled_to_its_last_place() -> None:
    model, prompts = awake(), some_tokens(3, 8)
    found = sample(model, prompts, WINDOW - 8, random(), temperature=0.0)
    assert found.tokens.tolist() == [generated(model, prompt, WINDOW - 8) for prompt in prompts]
    longest = torch.tensor([1, 6, 3])
    found = sample(model, prompts, WINDOW - 6, random(), lengths=longest, temperature=0.0)
    assert found.tokens[1].tolist() == generated(model, prompts[1, :6], WINDOW - 6)


def test_sampling_leaves_no_gradient_and_no_change() -> None:
    model = awake()
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    found = sample(model, some_tokens(2, 5), 6, random())
    assert not found.log_probabilities.requires_grad
    assert all(torch.equal(tensor, before[name]) for name, tensor in model.state_dict().items())
    assert all(parameter.grad is None for parameter in model.parameters())


PROMPTS = some_tokens(3, 5)


@pytest.mark.parametrize(
    ("prompts", "wrong", "named"),
    [
        (PROMPTS[:, :0], {}, "a prompt is empty"),
        (PROMPTS[:0], {}, "a prompt is empty"),
        (PROMPTS, {"lengths": torch.tensor([3, 0, 5])}, "a prompt is empty"),
        (PROMPTS, {"lengths": torch.tensor([3, 6, 5])}, "lengths go up to 6, but rows hold 5"),
        (PROMPTS, {"limit": WINDOW - 4}, "a prompt of 5 tokens and 20 more do not fit the window of 24"),
        (
            some_tokens(2, WINDOW),
            {"limit": 1},
            "a prompt of 24 tokens and 1 more do not fit the window of 24",
        ),
        (PROMPTS, {"limit": 0}, "0 more"),
        (torch.tensor([[0, 3], [4, 9]]), {}, "not among the 9 of the model"),
        (torch.tensor([[0, -1], [4, 5]]), {}, "not among the 9 of the model"),
        (PROMPTS, {"temperature": -0.5}, "temperature must not be negative, as -0.5 is"),
    ],
)
def test_what_cannot_be_continued_is_refused_in_a_sentence(
    prompts: Tensor, wrong: dict, named: str, is_one_sentence
) -> None:
    with pytest.raises(ValueError, match=named) as refused:
        sample(awake(), prompts, **({"limit": 4, "random": random()} | wrong))
    assert is_one_sentence(str(refused.value))
