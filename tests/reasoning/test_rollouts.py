"""Batches of completions: who says what is right, what the policy is told, and what it is compared with."""

from typing import Any

import numpy as np
import pytest
import torch

from companion.reasoning.rollouts import Rollouts, RolloutSettings, completed, own_mark, rollouts, room
from companion.reasoning.task import Task
from companion.transformer.sampling import sample
from tests.reasoning import referee
from tests.reasoning.referee import arrangements_after, permutations_in, rows_of, said, words_of
from tests.reasoning.runs import NUMBERS, SHUFFLES, counter, library_log_probabilities, shuffler


def random(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def batch(**settings: Any) -> Rollouts:
    return rollouts(
        shuffler(), SHUFFLES, RolloutSettings(**({"problems": 12, "group": 5} | settings)), random()
    )


def texts(task: Task, found: Rollouts) -> list[tuple[list[str], list[str]]]:
    return list(
        zip(words_of(task, found.prompts.tolist()), words_of(task, found.completions.tolist()), strict=True)
    )


def ends_right(prompt: list[str], completion: list[str]) -> bool:
    return said(completion) == arrangements_after(permutations_in(prompt))[-1:]


def test_completions_of_a_problem_lie_next_to_each_other() -> None:
    found = batch()
    groups = found.prompts.view(12, 5, -1)
    assert (groups == groups[:, :1]).all()
    assert len({tuple(prompt) for prompt in groups[:, 0].tolist()}) > 6
    assert len({tuple(row) for row in found.completions.tolist()}) > 10


def test_correct_is_what_the_verifier_says() -> None:
    found = batch()
    expected = [ends_right(prompt, completion) for prompt, completion in texts(SHUFFLES, found)]
    assert found.correct.tolist() == expected
    assert 0.1 < sum(expected) / len(expected) < 0.9


def test_the_reward_is_the_verdict_and_the_advantage_its_distance_from_the_group() -> None:
    found = batch()
    assert found.reward.tolist() == found.correct.float().tolist()
    for k in range(12):
        group = slice(5 * k, 5 * k + 5)
        right = sum(found.correct[group].tolist())
        for verdict, advantage in zip(
            found.correct[group].tolist(), found.advantage[group].tolist(), strict=True
        ):
            assert advantage == pytest.approx((1 if verdict else 0) - right / 5, abs=1e-6)
        assert float(found.advantage[group].sum()) == pytest.approx(0, abs=1e-6)
        if right in (0, 5):
            assert found.advantage[group].tolist() == [0] * 5  # exactly
    assert 0 < (found.advantage != 0).sum() < 60


def test_a_flip_turns_the_reward_and_leaves_the_verdict() -> None:
    plain, turned = batch(), batch(flipped=1.0)
    assert torch.equal(turned.completions, plain.completions)
    assert torch.equal(turned.correct, plain.correct)
    assert torch.equal(turned.reward, 1 - plain.reward)
    torch.testing.assert_close(turned.advantage, -plain.advantage)


def test_half_of_the_rewards_turned_are_the_toss_of_a_coin() -> None:
    found = batch(problems=60, group=8, flipped=0.5)
    for verdict in (False, True):
        rewards = found.reward[found.correct == verdict]
        assert abs(float(rewards.mean()) - 0.5) < 5 * 0.5 / len(rewards) ** 0.5
    assert set(found.reward.tolist()) == {0.0, 1.0}


@pytest.mark.parametrize("opening", ["think", "answer"])
def test_a_forced_opening_is_written_but_not_drawn(opening: Any) -> None:
    found = batch(opening=opening)
    assert all(completion[0] == opening for _, completion in texts(SHUFFLES, found))
    assert not found.drawn[:, 0].any()
    assert (found.log_probabilities[:, 0] == 0).all()
    assert found.drawn[:, 1].all()
    expected = [ends_right(prompt, completion) for prompt, completion in texts(SHUFFLES, found)]
    assert found.correct.tolist() == expected
    assert any(expected)


def test_a_free_policy_opens_as_it_likes() -> None:
    found = batch(problems=30)
    assert {completion[0] for _, completion in texts(SHUFFLES, found)} >= {"think", "answer"}
    assert found.drawn[:, 0].all()


@pytest.mark.parametrize("opening", ["free", "think", "answer"])
def test_tokens_are_drawn_up_to_the_end_with_the_library_s_log_probabilities(opening: Any) -> None:
    found, model, forced = batch(opening=opening), shuffler(), int(opening != "free")
    for row, (_, words) in enumerate(texts(SHUFFLES, found)):
        drawn = [False] * forced + [True] * (len(words) - forced)
        assert found.drawn[row].tolist() == drawn + [False] * (found.drawn.shape[1] - len(words))
        assert "</s>" not in words[:-1]
        assert words[-1] == "</s>" or len(words) == found.drawn.shape[1]
        with torch.no_grad():
            expected = library_log_probabilities(
                model, found.prompts[row], found.completions[row, : len(words)]
            )
        expected[:forced] = 0
        torch.testing.assert_close(found.log_probabilities[row, : len(words)], expected, rtol=1e-3, atol=1e-4)
        assert (found.log_probabilities[row, len(words) :] == 0).all()


def test_a_completion_has_the_room_of_its_opening() -> None:
    """A trace of two steps: think X Y answer Z </s>."""
    assert (room(SHUFFLES, "free"), room(SHUFFLES, "think"), room(SHUFFLES, "answer")) == (6, 5, 2)
    assert (room(SHUFFLES, "free", 4), room(SHUFFLES, "think", 4), room(SHUFFLES, "answer", 4)) == (4, 3, 2)
    assert room(SHUFFLES, "free", 99) == 6
    for opening, width in (("free", 6), ("think", 6), ("answer", 3)):
        assert batch(opening=opening).completions.shape == (60, width)


def test_a_lower_limit_cuts_completions_short() -> None:
    whole, cut = batch(), batch(limit=4)
    assert cut.completions.shape == (60, 4)
    assert cut.drawn.sum(1).max() == 4
    assert cut.correct.sum() < whole.correct.sum()
    long = (cut.completions[:, -1] != 2) & (cut.completions[:, -1] != 1)
    assert long.any()
    assert not cut.correct[long].any()


def test_the_generator_decides_everything() -> None:
    one, two = batch(), batch()
    assert all(torch.equal(a, b) for a, b in zip(one, two, strict=True))
    other = rollouts(shuffler(), SHUFFLES, RolloutSettings(problems=12, group=5), random(1))
    assert not torch.equal(other.completions, one.completions)
    assert not torch.equal(other.prompts, one.prompts)


def test_only_problems_for_training_are_drawn() -> None:
    task = NUMBERS
    found = rollouts(counter(), task, RolloutSettings(problems=400, group=2), random())
    hidden = {
        (*sorted(words[1:-1]), words[-1])
        for words in words_of(task, task.problems(4000, random(), held_out=True))
    }
    met = {(*sorted(words[1:-1]), words[-1]) for words in words_of(task, found.prompts.tolist())}
    assert len(hidden) > 1
    assert len(met) > 5
    assert not met & hidden


@pytest.mark.parametrize(
    ("completion", "marked"),
    [
        ("think 2 - 1 1 3 no 2 + 1 3 3 ok answer 2 + 1 </s>", True),
        ("think 2 - 1 1 3 ok answer 2 - 1 </s>", True),  # a false mark is a mark
        ("think 2 + 1 3 3 ok answer 2 - 1 </s>", True),
        ("think 2 + 1 3 3 ok answer </s>", True),
        ("think 2 + 1 3 3 no answer 2 + 1 </s>", False),
        ("think 2 + 1 3 3 ok 2 - 1 1 3 no answer 2 + 1 </s>", False),  # the last mark counts
        ("think 2 + 1 3 3 ok answer 2 + 1", False),  # no end
        ("think 2 + 1 3 3 ok </s>", False),  # no answer
        ("answer 2 + 1 </s>", False),
        ("answer 2 + 1 ok </s>", False),
        ("answer ok answer </s>", False),  # the first answer counts
        ("think answer 2 + 1 </s>", False),
        ("think ok 3 answer 2 + 1 </s>", False),
    ],
)
@pytest.mark.parametrize("width", [None, 24])
def test_a_policy_s_own_mark_is_the_word_before_its_answer(
    completion: str, marked: bool, width: int | None
) -> None:
    rows = torch.from_numpy(rows_of(NUMBERS, [completion, "answer 1 + 1 </s>"], width or 24)[:1])
    assert own_mark(rows, NUMBERS).tolist() == [marked]


def test_a_policy_that_grades_itself_is_told_its_own_mark() -> None:
    settings = RolloutSettings(problems=60, group=4, grader="own mark")
    found, agreed = rollouts(counter(), NUMBERS, settings, random()), set()
    for row, (prompt, words) in enumerate(texts(NUMBERS, found)):
        right = referee.is_right(prompt, words)
        claims = "answer" in words[1:] and words[words.index("answer") - 1] == "ok" and words[-1] == "</s>"
        assert bool(found.correct[row]) == right
        assert float(found.reward[row]) == float(claims)
        agreed.add((right, claims))
    assert agreed == {(right, claims) for right in (False, True) for claims in (False, True)}
    for group in found.advantage.view(60, 4):
        assert float(group.sum()) == pytest.approx(0, abs=1e-6)
    turned = rollouts(counter(), NUMBERS, RolloutSettings(60, 4, grader="own mark", flipped=1.0), random())
    assert torch.equal(turned.reward, 1 - found.reward)


@pytest.mark.parametrize("opening", ["free", "think", "answer"])
def test_completions_of_given_problems_begin_with_their_opening(opening: Any) -> None:
    model, prompts = shuffler(), SHUFFLES.problems(5, random())
    found = completed(model, SHUFFLES, prompts, random(), opening=opening, copies=3)
    begun = prompts
    if opening != "free":
        assert {words[0] for words in words_of(SHUFFLES, found)} == {opening}
        column = np.full((5, 1), SHUFFLES.vocabulary.ids[opening])
        begun, found = np.concatenate([prompts, column], 1), found[:, 1:]
    limit = {"free": 6, "think": 5, "answer": 2}[opening]
    drawn = sample(model, torch.from_numpy(begun), limit, random(), copies=3)
    assert found.tolist() == drawn.tokens.tolist()


def test_completions_may_be_greedy() -> None:
    model, prompts = shuffler(), SHUFFLES.problems(6, random())
    found = completed(model, SHUFFLES, prompts, random(), copies=2, temperature=0.0)
    for prompt, (one, two) in zip(prompts, found.reshape(6, 2, -1), strict=True):
        assert one.tolist() == two.tolist()
        expected = model.generate(torch.from_numpy(prompt)[None], max_new_tokens=6, do_sample=False)
        assert expected[0, len(prompt) :].tolist() == [token for token in one.tolist() if token != 2]


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"problems": 0}, "at least one problem"),
        ({"group": 1}, "at least two completions"),
        ({"flipped": -0.1}, "between 0 and 1, not -0.1"),
        ({"flipped": 1.5}, "between 0 and 1, not 1.5"),
    ],
)
def test_impossible_batches_are_refused(wrong: dict, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        RolloutSettings(**wrong)
