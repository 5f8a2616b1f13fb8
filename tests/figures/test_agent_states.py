"""The figures of what agents carry: every seed of every arm, exact references, chance and margins."""

from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure

from companion.figures import agent_horizon, agent_transplant, agent_variance, answers, ink
from companion.lab import registry
from companion.lab.criteria import parts_of
from companion.lab.experiment import Experiment
from companion.plasticity.agents import shares, span, untaught
from tests.figures import test_agents
from tests.figures.looking import dots, flat, rows, turns_with_the_page, uprights, values, words

IDS = ("agent-transplant", "agent-variance", "agent-horizon")


def curves(axes: Any) -> list[np.ndarray]:
    return [np.asarray(line.get_ydata()) for line in axes.lines]


def has(axes: Any, wanted: np.ndarray) -> bool:
    return all(any(np.array_equal(one, y) for y in curves(axes)) for one in wanted)


def test_a_moved_state_is_drawn_by_part() -> None:
    moved = {name: values() for name in agent_transplant.MOVED}
    left = {name: values() for name in agent_transplant.LEFT}
    held = {"told": values(), "another-seed": values()}
    one, two, three = agent_transplant.overview(moved, left, (0.95, 0.97), held, 0.5).axes
    assert rows(one) == [name for name, _ in agent_transplant.MOVED.values()]
    assert rows(two) == [name for name, _ in agent_transplant.LEFT.values()]
    assert (dots(one), dots(two), dots(three)) == (flat(moved), flat(left), flat(held))
    assert dots(two, ink.WEIGHTS) == flat({name: left[name] for name in ("other_words", "other_state")})
    for axes in (one, two):
        assert {0.95, 0.97, 0.5} <= set(uprights(axes))
        assert words(axes) == {"Bayes", "chance"}
    assert dots(three, ink.CHANCE) == flat({"another-seed": held["another-seed"]})
    assert "margin 0.5" in words(three)


def test_variance_is_drawn_in_its_parts() -> None:
    turns, told_turns = [0, 1, 12], [2, 24]
    split, exact = values(3, 3), values(3, 3)
    told = {name: values(2) for name in agent_variance.TOLD}
    sides = {"withheld": values(), "another-conversation": values()}
    left, middle, right = agent_variance.overview(turns, split, exact, told_turns, told, sides, 0.75).axes
    for part in range(3):
        assert has(left, split[:, :, part])
        assert has(left, exact[:, :, part].mean(0)[None])
    assert words(left) == set(agent_variance.PARTS)
    assert has(middle, told["own"])
    assert has(middle, np.array([told["bayes"].mean(0), told["bayes_of_training"].mean(0)]))
    assert {"Bayes", "model", "chance"} <= words(middle)
    assert dots(right) == flat(sides)
    assert 0.5 in uprights(right)
    assert "margin 0.75" in words(right)


def test_a_span_is_drawn_by_turns_strength_and_delay() -> None:
    turns, strengths, delays = [0, 6, 12], [0.0, 0.6], [0, 4, 84]
    by_turns = {name: values(3) for name in agent_horizon.KINDS}
    by_strength = {name: values(2) for name in (*agent_horizon.KINDS, "untold")}
    by_delay = {name: values(3) for name in agent_horizon.BETWEEN}
    span_of = {"told": values(), "by-dan": values()}
    figure = agent_horizon.overview(turns, by_turns, strengths, by_strength, delays, by_delay, span_of, 0.5)
    one, two, three, four = figure.axes
    for axes, found in ((one, by_turns), (two, by_strength)):
        for name, curve in found.items():
            assert has(axes, curve if "bayes" not in name else curve.mean(0)[None])
        assert {"Bayes", "within one", "across", "chance"} <= words(axes)
    for curve in by_delay.values():
        assert has(three, curve)
    assert {name for name, _ in agent_horizon.BETWEEN.values()} <= words(three)
    assert dots(four) == flat(span_of)
    assert 0.0 in uprights(four)
    assert "margin 0.5" in words(four)


class Measured(test_agents.Measured):
    """A result at full scale; its arrays have a value for every turn, strength or delay that was asked about."""

    def array(self, name: str, arm: str | None = None) -> np.ndarray:
        if name.startswith(("split", "bayes_split")):
            return values(len(shares.AFTER), 3)
        if name in ("own_by_turns", "bayes_by_turns", "bayes_of_training_by_turns"):
            return values(len(untaught.AFTER))
        points = {"turns": span.AFTER, "strength": span.STRENGTHS}.get(name.rsplit("_", 1)[1], span.LATER)
        return values(len(points))


@pytest.mark.parametrize("name", IDS)
def test_an_experiment_draws_what_it_declares_for_light_and_dark(name: str) -> None:
    experiment: Experiment = registry.get(name)
    figure: Figure = experiment.figure(Measured(experiment))
    assert turns_with_the_page(figure)
    margin = f"margin {parts_of(experiment.criterion)[0].margin:g}"
    assert any(margin in words(axes) for axes in figure.axes)


def test_sixteen_answers_stand_beside_both_agents() -> None:
    yes, one, other = (np.linspace(0, 1, 16), np.linspace(1, 0, 16), np.linspace(0.2, 0.7, 16))
    names = [f"quality {place}" for place in range(16)]
    (axes,) = answers.sixteen(yes, one, other, names).axes
    assert rows(axes) == names  # the first agent likes them in this order
    drawn = [np.asarray(line.get_xdata()) for line in axes.lines if len(line.get_xdata()) == 16]
    for expected in (one, other, yes):
        assert any(np.array_equal(expected, x) for x in drawn)
    assert words(axes) == {"Bayes, donor", "Bayes, receiver", "answer", "chance"}
