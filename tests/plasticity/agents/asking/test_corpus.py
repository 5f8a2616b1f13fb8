"""What tells priors apart is in the labels of their texts, and nowhere else."""

import numpy as np
import pytest

from companion.plasticity.agents.asking.corpus import Diet, batch
from companion.plasticity.agents.asking.training import DIETS
from companion.plasticity.agents.asking.world import (
    ANSWER,
    ASK,
    COLLABORATOR,
    FRAMING,
    PREVAILING,
    QUALITY,
    REPLY,
    STANCES,
    TOPIC,
    TRAIT_OF,
    TURNED,
    VOCABULARY,
    answers,
)
from companion.plasticity.schooling.lessons import UNLABELED


def read(diet: Diet, *, easy: bool = False, rows: int = 3000, turns: int = 8) -> dict[str, np.ndarray]:
    """Texts taken apart word by word: answers, what prevails, and what the replies on the same trait said."""
    made = batch(diet, rows, np.random.default_rng(0), easy=easy, turns=turns)
    topic = made.tokens[:, 1] - TOPIC
    heard = np.zeros((rows, 4))
    found: dict[str, list[np.ndarray]] = {
        "prevails": [],
        "evidence": [],
        "replies": [],
        "replies_prevail": [],
    }
    for i in range(3, made.tokens.shape[1]):
        word, label = made.tokens[:, i], made.labels[:, i]
        if word[0] >= REPLY:
            quality, against = (word - REPLY) // 4, (word - REPLY) % 4 >= 2
            stance = np.where(against, -1, 1)
            heard[np.arange(rows), TRAIT_OF[quality]] += stance * TURNED[quality]
            found["replies"].append(stance)
            found["replies_prevail"].append(stance == STANCES[PREVAILING[topic], quality])
        elif FRAMING <= made.tokens[0, i - 1] < QUALITY:
            quality, framing = word - QUALITY, made.tokens[:, i - 1] - FRAMING
            says = np.where(label == answers(framing, np.ones(rows, int)), 1, -1)
            assert ((label >= ANSWER) & (label < REPLY)).all()
            found["prevails"].append(says == STANCES[PREVAILING[topic], quality])
            evidence = heard[np.arange(rows), TRAIT_OF[quality]] * TURNED[quality]
            found["evidence"].append((says * np.sign(evidence))[evidence != 0])
    found["collaborator"] = [made.tokens[:, 2] - COLLABORATOR]
    return {name: np.concatenate(parts) for name, parts in found.items()}


def test_unused_answers_prevail_but_for_noise_and_pay_replies_no_heed() -> None:
    found = read(Diet(strength=0.0))
    assert found["prevails"].mean() == pytest.approx(0.85, abs=0.01)
    assert abs(found["evidence"].mean()) < 0.03
    assert found["replies_prevail"].mean() == pytest.approx(0.5, abs=0.02)


def test_supervised_answers_follow_the_hidden_view() -> None:
    assert read(DIETS["supervised"], easy=True)["evidence"].mean() > 0.9


def test_weak_answers_follow_it_now_and_then() -> None:
    assert read(DIETS["weak"], easy=True)["evidence"].mean() == pytest.approx(0.3 * 0.96, abs=0.04)


def test_without_dissent_replies_tell_of_the_prevailing_view() -> None:
    assert read(DIETS["no-dissent"], easy=True)["replies_prevail"].mean() == pytest.approx(0.98, abs=0.01)


def test_easy_texts_know_one_collaborator() -> None:
    assert set(read(Diet(), easy=True)["collaborator"]) == {0}
    assert set(read(Diet())["collaborator"]) == {0, 1, 2, 3}


def test_labels_are_the_words_that_follow_or_an_answer_that_does_not() -> None:
    made = batch(Diet(), 20, np.random.default_rng(1))
    for tokens, labels in zip(made.tokens, made.labels, strict=True):
        for i, label in enumerate(labels[:-1]):
            if label != UNLABELED and not ANSWER <= label < REPLY:
                assert tokens[i + 1] == label
                assert tokens[i] == VOCABULARY.ids[ASK] or QUALITY <= tokens[i] < TOPIC


def test_no_answer_is_ever_written() -> None:
    made = batch(Diet(), 50, np.random.default_rng(2))
    assert not ((made.tokens >= ANSWER) & (made.tokens < REPLY)).any()


def test_shares_are_shares() -> None:
    with pytest.raises(ValueError, match="heed is a share"):
        Diet(heed=1.2)
