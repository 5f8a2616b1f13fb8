"""The loss against the library's logits, number by number, and against all labels that could have been drawn."""

from itertools import product

import numpy as np
import pytest
import torch
from torch.nn import functional

from companion.plasticity.schooling.expectation import Expectation, expected_loss
from tests.transformer.models import awake, gradients, library_logits, some_tokens

PLACES = [2, 5]
TEXTS = Expectation(
    some_tokens(2, 7).numpy(),
    np.array(PLACES),
    np.array([[[3, 4, 5], [6, 3, 0]], [[7, 8, 1], [4, 0, 0]]]),
    np.array([[[0.2, 0.5, 0.3], [0.9, 0.1, 0]], [[0.4, 0.4, 0.2], [1, 0, 0]]]),
)


def test_it_is_the_mean_cross_entropy_of_what_may_follow() -> None:
    model = awake()
    logits = library_logits(model, torch.from_numpy(TEXTS.tokens)).detach().numpy().astype(float)
    total = 0.0
    for row, number in product(range(2), range(2)):
        scores = logits[row, PLACES[number]]
        for word, probability in zip(TEXTS.words[row, number], TEXTS.probabilities[row, number], strict=True):
            total -= probability * (scores[word] - np.log(np.exp(scores).sum()))
    assert expected_loss(model, TEXTS).item() == pytest.approx(total / 4, rel=1e-5)


def test_its_gradient_is_that_of_drawn_labels_on_average() -> None:
    model, tokens = awake(), torch.from_numpy(TEXTS.tokens)
    choices = [list(range(3))] * 4
    average = torch.zeros(())
    for drawn in product(*choices):
        picked = np.array(drawn).reshape(2, 2, 1)
        probability = np.take_along_axis(TEXTS.probabilities, picked, 2).prod()
        labels = torch.from_numpy(np.take_along_axis(TEXTS.words, picked, 2).ravel())
        if probability > 0:
            logits = library_logits(model, tokens)[:, PLACES].flatten(0, 1)
            average = average + float(probability) * functional.cross_entropy(logits, labels)
    average.backward()
    expected = gradients(model)
    model.zero_grad()
    expected_loss(model, TEXTS).backward()
    for name, gradient in gradients(model).items():
        size = float(expected[name].abs().max())
        assert size > 1e-4
        torch.testing.assert_close(gradient, expected[name], rtol=1e-3, atol=1e-4 * size)
