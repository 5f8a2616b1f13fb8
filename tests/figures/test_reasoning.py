"""The figures of the chapters on traces draw every seed of every arm, name what they draw, and show their margin."""

import sys
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy import stats

from companion.figures import (
    ink,
    reasoning_changes,
    reasoning_compression,
    reasoning_elicit,
    reasoning_ingredients,
    reasoning_loop,
    reasoning_rows,
    reasoning_surgery,
    reasoning_swap,
    reasoning_verifier,
)
from companion.lab import registry
from companion.lab.criteria import parts_of
from tests.figures import looking
from tests.figures.looking import dots, rows, turns_with_the_page, uprights, values, words

SEEDS, STEPS = 3, 12
TASKS = ("word", "countdown")
CHANCE = {"word": 1 / 6, "countdown": 0.04}


def on_tasks(*names: str) -> dict[str, dict[str, np.ndarray]]:
    return {task: {name: values() for name in names} for task in TASKS}


def draws_every(axes: Axes, expected: np.ndarray) -> bool:
    drawn = [np.asarray(line.get_ydata()) for line in axes.lines]
    return all(any(np.array_equal(seed, y) for y in drawn) for seed in expected)


def flat(*tables: dict[str, Any]) -> set[float]:
    return {
        float(x)
        for table in tables
        for entry in table.values()
        for x in (flat(entry) if isinstance(entry, dict) else entry)
    }


def test_the_loop_shows_both_runs_of_both_tasks() -> None:
    curves = {task: {name: values(STEPS) for name in ("trained", "no_trace")} for task in TASKS}
    ends = on_tasks("base", "base_greedy", "trained", "no_trace", "chance")
    advantage = on_tasks("outcome-reward", "random-reward")
    *panels, right = reasoning_loop.overview(curves, ends, advantage, 0.05).axes
    for axes, task in zip(panels, TASKS, strict=True):
        assert axes.get_title(loc="left") == reasoning_rows.TASKS[task]
        assert all(draws_every(axes, curve) for curve in curves[task].values())
        assert {"with traces", "without", "prior, sampled", "prior, greedy", "chance", "solver"} == words(
            axes
        )
        held_out = [line.get_ydata() for line in axes.lines if line.get_marker() == "o"]
        for name in ("base", "base_greedy", "trained", "no_trace"):
            assert any(np.array_equal(ends[task][name], y) for y in held_out)
    assert rows(right) == [
        "word problem", "outcome reward", "random reward", "Countdown", "outcome reward", "random reward",
    ]  # fmt: skip
    assert dots(right) == flat(advantage)
    assert dots(right, ink.CHANCE) == flat({task: advantage[task]["random-reward"] for task in TASKS})
    assert "margin 0.05" in words(right)


def test_every_reader_reads_every_writer() -> None:
    table = {
        task: {(reader, writer): values() for reader in ("base", "rl") for writer in ("none", "base", "rl")}
        for task in TASKS
    }
    effects = on_tasks("writer", "reader", "guess", "matched_writer")
    difference = on_tasks("own-problem", "next-problem")
    figure = reasoning_swap.overview(table, effects, difference, 0.05, CHANCE)
    for line, task in enumerate(TASKS):
        left, middle, right = figure.axes[3 * line : 3 * line + 3]
        assert {"prior reads", "trained reads", "chance", "solver"} == words(left)
        assert CHANCE[task] in uprights(left)
        assert dots(left) == flat(table[task])
        assert dots(middle) == flat(effects[task])
        assert dots(right) == flat(difference[task])
        assert dots(right, ink.CHANCE) == set(difference[task]["next-problem"])
        assert "margin 0.05" in words(right)
    assert figure.axes[1].get_xlim() == figure.axes[4].get_xlim()
    assert figure.axes[2].get_xlim() == figure.axes[5].get_xlim()


def test_first_and_later_attempts_are_stacked() -> None:
    names = [*reasoning_changes.MEASURES, *reasoning_changes.WORD_MEASURES, *reasoning_changes.PARTS]
    before, after = ({name: values() / 2 for name in (*names, "attempts")} for _ in range(2))
    difference = {"outcome-reward": values(), "random-reward": values()}
    left, middle, right = reasoning_changes.overview(before, after, difference, 0.0, 0.04).axes
    for found in (before, after):
        ends = [round(bar.get_x() + bar.get_width(), 9) for bar in left.patches]
        total = found["solved_first"] + found["solved_later"]
        assert set(np.round([*found["solved_first"], *total], 9)) <= set(ends)
    assert rows(left)[1] == f"after the run,\n{after['attempts'].mean():.1f} attempts"
    assert {"first attempt", "later ones", "chance", "solver"} == words(left)
    drawn = {
        name: found for name, found in before.items() if name not in ("attempts", *reasoning_changes.PARTS)
    }
    assert flat(drawn, {name: after[name] for name in drawn}) == dots(middle)
    assert len(rows(middle)) == len(drawn)
    assert {"Countdown", "word problem"} == words(middle)
    assert dots(right) == flat(difference)
    assert "margin 0" in words(right)


def test_surgery_names_both_readers_and_each_damage() -> None:
    follows = on_tasks("trained", "prior", "unseen-edit")
    kinds = ["intact_word", "cut_word", "shuffled_word", "none_word"]
    kinds += [f"{kind}_countdown" for kind in ("intact", "unmarked", "cut", "shuffled", "none")]
    found = {reader: {kind: values() for kind in kinds} for reader in ("trained", "prior")}
    left, middle, right = reasoning_surgery.overview(follows, found, {"word": 1 / 6}, 0.8).axes
    assert words(left) == {"prior", "trained", "chance", "solver"}
    assert words(middle) == {"prior", "trained", "solver"}
    assert rows(middle) == ["right trace", "last mark: no", "end cut off", "shuffled", "no trace"]
    for axes, task in ((left, "word"), (middle, "countdown")):
        expected = [x for kind in found.values() for name, x in kind.items() if name.endswith(task)]
        assert dots(axes) == set(np.concatenate(expected))
    assert dots(left, ink.WEIGHTS) == {*found["trained"]["none_word"], *found["prior"]["none_word"]}
    assert dots(right) == flat(follows)
    assert rows(right).count("unseen edit") == 2
    assert uprights(right) == [0.8]


@pytest.mark.parametrize("tries", [[1, 4], [2**i for i in range(9)]])
def test_tries_double_along_the_axis(tries: list[int]) -> None:
    curves = {name: values(len(tries)) for name in reasoning_elicit.LINES}
    difference = {"own-problem": values(), "next-problem": values()}
    left, right = reasoning_elicit.overview(tries, curves, difference, -0.02).axes
    assert all(draws_every(left, curve) for curve in curves.values())
    assert {"prior", "trained", "prior, no trace", "trained, no trace", "guessing", "solver"} == words(left)
    places = left.get_xticks()
    assert [2**place for place in places] == [float(label.get_text()) for label in left.get_xticklabels()]
    assert len(places) <= 5
    assert dots(right) == flat(difference)
    assert "margin −0.02" in words(right)
    assert str(tries[-1]) in right.get_xlabel()


def test_a_gain_is_held_against_another_arm() -> None:
    gain = {arm: values() for arm in reasoning_ingredients.NAMES}
    curves = {arm: values(STEPS) for arm in gain}
    left, right = reasoning_ingredients.overview(curves, gain, "no-full-traces", 0.3, 1 / 6).axes
    assert all(draws_every(left, curve) for curve in curves.values())
    assert {*reasoning_ingredients.NAMES.values(), "chance", "solver"} == words(left)
    base = gain["no-full-traces"].mean()
    assert base + 0.3 in uprights(right)
    assert words(right) == {"half the steps + 0.3"}
    assert dots(right) == flat(gain)
    assert dots(right, ink.CHANCE) == set(gain["random-steps"])


def test_a_bar_lies_beyond_the_line_where_the_criterion_holds() -> None:
    arms = {"full": values(), "none": values()}
    exact = stats.ttest_rel(arms["full"], arms["none"]).confidence_interval(0.95)
    low, high = reasoning_rows.difference_bar(arms, "full", "none")
    assert (low - arms["none"].mean(), high - arms["none"].mean()) == pytest.approx((exact.low, exact.high))
    own = stats.ttest_1samp(arms["none"], 0).confidence_interval(0.95)
    assert reasoning_rows.difference_bar(arms, "none", "none") == pytest.approx((own.low, own.high))


def test_the_verifiers_lies_are_in_order() -> None:
    flipped = {"true": 0.0, "half-flipped": 0.5, "quarter-flipped": 0.25, "all-flipped": 1.0}
    gain, before = {arm: values() - 0.3 for arm in flipped}, values()
    names = [f"{name}{when}" for name in reasoning_verifier.OWN for when in ("before", "after")]
    own = {name: values() for name in names}
    left, right = reasoning_verifier.overview(flipped, gain, before, own, "half-flipped", 0.2, CHANCE).axes
    ordered = np.array([gain[arm] for arm in ("true", "quarter-flipped", "half-flipped", "all-flipped")])
    assert draws_every(left, ordered.T)
    assert [label.get_text() for label in left.get_xticklabels()] == ["0", "0.25", "0.5", "1"]
    levels = {float(np.asarray(line.get_ydata())[0]) for line in left.lines}
    start = before.mean()
    assert {gain["half-flipped"].mean() + 0.2, 1 - start, 1 / 6 - start, 0.0} <= levels
    assert words(left) == {"solver", "tossed coin + 0.2", "no gain", "chance"}
    assert dots(right) == flat(own)
    assert words(right) == {"solver", "chance"}


def test_compression_has_a_row_a_method_across_its_panels() -> None:
    lengths, arms = np.array([1, 2, 3, 4, 6, 8]), [*reasoning_compression.NAMES, "another-way"]
    before, after = values(6), {arm: values(6) for arm in arms}
    traced, gain = ({arm: values() for arm in arms} for _ in range(2))
    figure = reasoning_compression.overview(lengths, before, after, traced, gain, 0.05, 1 / 6)
    left, middle, right = figure.axes
    assert rows(left) == [*reasoning_compression.NAMES.values(), "another way"]
    assert [label.get_text() for label in left.get_xticklabels()] == ["1", "2", "3", "4", "6", "8"]
    curves = [np.asarray(line.get_ydata()) for line in left.lines]
    solver, chance = (np.unique([y for y in curves if len(y) == 2], axis=0)[i : i + 2, 0] for i in (0, 1))
    scale = (chance[0] - solver[0]) / (1 - 1 / 6)  # the first row's top is the solver, its dashes are chance
    for row, arm in enumerate(arms):
        for seed in after[arm]:
            assert any(np.allclose(solver[0] + row + scale * (1 - seed), y) for y in curves if len(y) == 6)
        prior = solver[0] + row + scale * (1 - before.mean(0))
        shown = any(np.allclose(prior, y) for y in curves if len(y) == 6)
        assert shown == (arm not in reasoning_compression.OTHER_PRIORS)
    assert words(left) == {"solver", "chance"}
    assert left.get_ylim() == middle.get_ylim() == right.get_ylim()
    assert dots(middle) == flat(traced)
    assert dots(right) == flat(gain)
    assert dots(right, ink.CHANCE) == set(gain["random-reward"])
    assert "margin 0.05" in words(right)


class Measured(looking.Measured):
    """With arrays as long as this file's experiments have them."""

    def array(self, name: str, arm: str | None = None) -> np.ndarray:
        settings = self.document["settings"][arm or self.main_arm]
        if name == "lengths":
            return np.tile([1, 2, 3, 4, 6, 8], (SEEDS, 1))
        return values(6 if name.endswith("length") else len(settings.get("tries", range(STEPS))))


@pytest.mark.parametrize(
    "name",
    ["loop", "swap", "what-changed", "trace-causal", "elicit", "ingredients", "verifier", "compress"],
)
def test_an_experiment_draws_what_it_declares_for_light_and_dark(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tasks = {"WORD_TASK": SimpleNamespace(chance=1 / 6), "COUNTDOWN_TASK": SimpleNamespace(chance=0.04)}
    monkeypatch.setitem(sys.modules, "companion.reasoning.kept", SimpleNamespace(**tasks))  # without torch
    experiment = registry.get(f"cot-{name}")
    figure: Figure = experiment.figure(Measured(experiment))
    assert turns_with_the_page(figure)
    margin = f"{parts_of(experiment.criterion)[0].margin:g}".replace("-", "−")
    assert any(
        f"margin {margin}" in text or f"+ {margin}" in text for axes in figure.axes for text in words(axes)
    )
