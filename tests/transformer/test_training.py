"""Training against the library's own loss, and against what its settings promise."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from transformers import LlamaForCausalLM

from companion.transformer.model import new_model
from companion.transformer.sampling import sample
from companion.transformer.training import (
    Corpus,
    TrainingSettings,
    batches,
    joined,
    loss,
    schedule,
    steps_of,
    train,
)
from tests.transformer.models import SMALL, awake, gradients, language, weights

END, PAD = 1, 2
QUICK = TrainingSettings(batch=16, warmup=3)


def texts(count: int, seed: int = 0) -> Corpus:
    """Texts of two to ten words at random, each learned from a place of its own on."""
    random = np.random.default_rng(seed)
    tokens, lengths = random.integers(3, 9, (count, 10)), random.integers(2, 11, count)
    tokens[np.arange(count), lengths - 1] = END
    tokens[np.arange(10) >= lengths[:, None]] = PAD
    return Corpus(tokens, random.integers(1, lengths))


def alphabet(count: int) -> Corpus:
    """What follows a word is the next of the alphabet: texts that can be learned."""
    tokens = (np.arange(count)[:, None] + np.arange(7)) % 6 + 3
    return Corpus(np.concatenate([tokens, np.full((count, 1), END)], 1), np.ones(count, int))


def library_loss(model: LlamaForCausalLM, corpus: Corpus) -> torch.Tensor:
    """The library's mean over the labels that count; -100 are those that do not."""
    tokens = torch.from_numpy(corpus.tokens)
    labels = tokens.clone()
    for row, start in enumerate(corpus.start):
        labels[row, :start] = -100
    labels[tokens == PAD] = -100
    return model(input_ids=tokens, labels=labels, use_cache=False).loss


def counted(corpus: Corpus) -> int:
    return sum(
        int(word != PAD and place >= start)
        for row, start in zip(corpus.tokens, corpus.start, strict=True)
        for place, word in enumerate(row)
    )


def alike(found: dict, expected: dict) -> None:
    for name, gradient in expected.items():
        size = float(gradient.abs().max())
        assert size > 0
        torch.testing.assert_close(found[name], gradient, rtol=1e-3, atol=2e-5 * size)


def test_the_loss_is_the_library_s_over_the_words_from_the_start_on() -> None:
    model, corpus = awake(), texts(12)
    expected = library_loss(model, corpus)
    found = loss(model, torch.from_numpy(corpus.tokens), torch.from_numpy(corpus.start))
    assert float(found.detach()) == pytest.approx(counted(corpus) * float(expected.detach()), rel=1e-4)
    expected.backward()
    wanted = gradients(model)
    model.zero_grad()
    (found / counted(corpus)).backward()
    alike(gradients(model), wanted)


def test_the_start_decides_which_words_count() -> None:
    model, corpus = awake(), texts(12)
    later = loss(model, torch.from_numpy(corpus.tokens), torch.from_numpy(corpus.start))
    whole = loss(model, torch.from_numpy(corpus.tokens), torch.ones(12, dtype=torch.long))
    assert float(whole.detach()) > float(later.detach()) + 1
    assert float(whole.detach()) == pytest.approx(
        counted(corpus._replace(start=np.ones(12, int)))
        * float(library_loss(model, Corpus(corpus.tokens, np.ones(12, int))).detach()),
        rel=1e-4,
    )


@pytest.mark.parametrize("parts", [1, 2, 3, 16])
def test_a_step_follows_the_library_s_gradient_however_it_is_parted(parts: int) -> None:
    model, corpus = awake(), texts(16)
    library_loss(model, corpus).backward()
    expected = gradients(model)
    seen: list[tuple[int, float]] = []
    value = float(library_loss(model, corpus).detach())
    train(
        model,
        corpus,
        replace(QUICK, parts=parts, gradient_norm=1e9),
        np.random.default_rng(0),
        lambda step, total: seen.append((step, total)),
    )
    alike(gradients(model), expected)
    assert seen == [(0, pytest.approx(value, rel=1e-4))]


def test_a_gradient_is_cut_to_its_largest_norm_and_keeps_its_direction() -> None:
    found = {}
    for norm in (1e9, 0.25):
        model = awake()
        train(model, texts(16), replace(QUICK, gradient_norm=norm), np.random.default_rng(0))
        found[norm] = torch.cat([gradient.flatten() for gradient in gradients(model).values()])
    assert float(found[1e9].norm()) > 0.5
    assert float(found[0.25].norm()) == pytest.approx(0.25, rel=1e-3)
    assert float(torch.cosine_similarity(found[1e9], found[0.25], dim=0)) == pytest.approx(1, abs=1e-4)


def test_every_weight_moves_in_a_step() -> None:
    model = new_model(SMALL, language(), 0)
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    train(model, texts(32), QUICK, np.random.default_rng(0))
    for name, tensor in model.state_dict().items():
        assert float((tensor - before[name]).abs().max()) > 1e-5


def test_a_language_is_learned() -> None:
    model, losses = new_model(SMALL, language(), 0), []
    settings = TrainingSettings(batch=32, passes=12, warmup=5)
    trained = train(
        model, alphabet(192), settings, np.random.default_rng(0), lambda _, value: losses.append(value)
    )
    assert trained is model
    assert not model.training
    assert losses[0] == pytest.approx(np.log(9), abs=0.1)  # nine words, each as likely
    assert losses[-1] < 0.5 * losses[0]
    said = sample(model, torch.tensor([[6], [8]]), 7, np.random.default_rng(0), temperature=0.0)
    assert said.tokens.tolist() == [[7, 8, 3, 4, 5, 6, END], [3, 4, 5, 6, 7, 8, END]]


def test_a_seed_fixes_every_bit() -> None:
    ends = []
    for seed, noise in ((1, 0), (1, 5), (2, 0)):
        torch.manual_seed(noise)
        model = awake()
        train(model, texts(64), QUICK, np.random.default_rng(seed))
        ends.append(weights(model))
    assert ends[0] == ends[1] != ends[2]


def test_each_step_is_reported_in_order() -> None:
    steps: list[int] = []
    settings = replace(QUICK, passes=3)
    train(awake(), texts(40), settings, np.random.default_rng(0), lambda step, _: steps.append(step))
    assert steps == list(range(6))
    assert steps_of(40, settings) == 6


def test_a_pass_reads_every_text_once() -> None:
    drawn = list(batches(48, replace(QUICK, passes=3), np.random.default_rng(0)))
    assert [len(batch) for batch in drawn] == [16] * 9
    passes = [np.concatenate(drawn[first : first + 3]).tolist() for first in (0, 3, 6)]
    for order in passes:
        assert sorted(order) == list(range(48))
        assert order != sorted(order)
    assert passes[0] != passes[1]


def test_texts_that_fill_no_batch_wait_for_another_pass() -> None:
    drawn = list(batches(40, replace(QUICK, passes=40), np.random.default_rng(0)))
    assert [len(batch) for batch in drawn] == [16] * 80
    assert all(len(set(np.concatenate(drawn[i : i + 2]))) == 32 for i in range(0, 80, 2))
    assert set(np.concatenate(drawn)) == set(range(40))


def test_rates_rise_stay_and_fall() -> None:
    shares = [schedule(step, 20, TrainingSettings(warmup=4)) for step in range(20)]
    assert shares[:5] == pytest.approx([0.25, 0.5, 0.75, 1, 1])
    assert shares[4:11] == pytest.approx([1] * 7)
    assert shares[10:] == pytest.approx([1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1])


def test_joined_corpora_hold_every_text() -> None:
    one, two = (
        Corpus(np.array([[0, 3, 1], [0, 1, PAD]]), np.array([1, 2])),
        Corpus(np.array([[0, 4, 5, 6, 1]]), np.array([3])),
    )
    both = joined(one, two, pad=PAD)
    assert both.tokens.tolist() == [[0, 3, 1, PAD, PAD], [0, 1, PAD, PAD, PAD], [0, 4, 5, 6, 1]]
    assert both.start.tolist() == [1, 2, 3]
    assert joined(two, pad=PAD).tokens.tolist() == two.tokens.tolist()


def test_a_loss_that_is_not_finite_stops_the_training_before_it_spoils_more(is_one_sentence) -> None:
    model, steps = awake(), []

    def poison(step: int, _: float) -> None:
        steps.append(step)
        if step == 1:
            with torch.no_grad():
                model.lm_head.weight[4, 0] = torch.nan

    with pytest.raises(FloatingPointError, match="diverged at step 2: lower the learning rate") as stopped:
        train(model, texts(64), QUICK, np.random.default_rng(0), poison)
    assert is_one_sentence(str(stopped.value))
    assert steps == [0, 1]
    found = {name for name, parameter in model.named_parameters() if not parameter.isfinite().all()}
    assert found == {"lm_head.weight"}


def test_a_corpus_without_a_batch_is_refused(is_one_sentence) -> None:
    with pytest.raises(ValueError, match="15 texts holds no batch of 16") as refused:
        train(awake(), texts(15), QUICK, np.random.default_rng(0))
    assert is_one_sentence(str(refused.value))


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"batch": 0}, "batch"),
        ({"parts": 0}, "parts"),
        ({"passes": -1}, "passes"),
        ({"warmup": 0}, "warmup"),
        ({"matrix_rate": 0.0}, "matrix_rate"),
        ({"other_rate": -1e-3}, "other_rate"),
    ],
)
def test_impossible_settings_are_refused_by_name(wrong: dict, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        TrainingSettings(**wrong)
