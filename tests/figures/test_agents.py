"""The figures of the chapter on agents draw every seed of every arm, their exact references and their margins."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from companion.figures import agent_capacity, agent_continuity, ink
from companion.lab import registry
from companion.lab.criteria import parts_of
from tests.figures import looking
from tests.figures.looking import dots, flat, rows, turns_with_the_page, uprights, values, words


def test_an_agent_that_asks_is_drawn_before_and_after() -> None:
    arms = list(agent_capacity.NAMES)
    before, after, rise = ({arm: values() for arm in arms} for _ in range(3))
    changes = {name: (values(), values()) for name in agent_capacity.MEASURES}
    exact = {"reachable": 0.69, "probe": 0.83}
    figure = agent_capacity.overview(before, after, changes, exact, rise, 0.2)
    left, middle, right = figure.axes
    assert rows(left) == list(agent_capacity.NAMES.values())
    assert dots(left) == flat(before, after)
    assert dots(middle) == flat(changes)
    assert dots(middle, ink.WEIGHTS) == flat({"unasked": changes["unasked"]})
    assert {0.69, 0.83, 0.5, 1.0} <= set(uprights(middle))
    assert {"Bayes", "chance"} == words(left) == words(middle)
    assert dots(right) == flat(rise)
    assert dots(right, ink.CHANCE) == flat(
        {arm: rise[arm] for arm in ("shuffled-reward", "no-reward", "no-evidence")}
    )
    assert "margin 0.2" in words(right)


def test_an_agent_with_a_tool_is_drawn_between_its_exact_bounds() -> None:
    late = {name: values() for name in agent_continuity.ROWS}
    noise = {0.1: values(), 0.4: values()}
    windows = np.array([8, 16, 64])
    by_window, planner = values(3), values(3)
    kept = {"own-context": values(), "another-context": values()}
    figure = agent_continuity.overview(
        late, (6.5, 7.9), 2.0, noise, windows, by_window, planner, (9.6, 14.4), kept, 0.9
    )
    left, middle, right = figure.axes
    assert len(rows(left)) == len(late) + len(noise)
    assert rows(left)[-1] == "weights, noise 0.4"
    assert dots(left) == flat(late, noise)
    assert dots(left, ink.WEIGHTS) == flat({"late_other": late["late_other"]}, noise)
    assert {6.5, 7.9, 2.0} <= set(uprights(left))
    assert {"empty", "full", "guessing"} == words(left)
    drawn = [np.asarray(line.get_ydata()) for line in middle.lines]
    for seed in (*by_window, *planner):
        assert any(np.array_equal(seed, y) for y in drawn)
    assert {"full memory", "none", "agent", "planner"} == words(middle)
    assert dots(right) == flat(kept)
    assert dots(right, ink.CHANCE) == flat({"another-context": kept["another-context"]})
    assert "margin 0.9" in words(right)


class Measured(looking.Measured):
    """With arrays as long as this file's experiments have them."""

    def array(self, name: str, arm: str | None = None) -> np.ndarray:
        return values(5 if name == "noise" else 8)


@pytest.mark.parametrize("name", ["agent-capacity", "agent-continuity"])
def test_an_experiment_draws_what_it_declares_for_light_and_dark(name: str) -> None:
    experiment = registry.get(name)
    figure: Figure = experiment.figure(Measured(experiment))
    assert turns_with_the_page(figure)
    margin = f"margin {parts_of(experiment.criterion)[0].margin:g}"
    assert any(margin in words(axes) for axes in figure.axes)
