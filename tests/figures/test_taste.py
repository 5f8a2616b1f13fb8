"""The figures of the chapter on taste draw every culture, Bayes with both priors, chance and the declared margins."""

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from companion.figures import (
    ink,
    taste_consolidate,
    taste_conviction,
    taste_feedback,
    taste_horizon,
    taste_teaching,
    taste_verifier,
)
from companion.lab import registry
from companion.lab.criteria import parts_of
from tests.figures import looking
from tests.figures.looking import RNG, dots, flat, rows, turns_with_the_page, values, words

TASTE = ("feedback", "verifier", "conviction", "teaching", "consolidate", "horizon")


def drawn(axes: Axes, curves: np.ndarray) -> bool:
    """Whether there is a line for every row."""
    lines = [np.asarray(line.get_ydata()) for line in axes.lines]
    return all(any(np.array_equal(curve, line) for line in lines) for curve in curves)


def colors_of(axes: Axes, curves: np.ndarray) -> set[str]:
    """The colors of the lines for these rows."""
    return {
        to_hex(line.get_color())
        for line in axes.lines
        for curve in curves
        if np.array_equal(curve, np.asarray(line.get_ydata()))
    }


def test_feedback_is_drawn_beside_bayes_with_both_priors() -> None:
    curves = {arm: {who: values(4) for who in taste_feedback.WHO} for arm in taste_feedback.PANELS}
    effects = {name: {arm: values() for arm in taste_feedback.NAMES} for name in taste_feedback.EFFECTS}
    figure = taste_feedback.overview((0, 4, 12, 24), curves, effects, {"gain": 0.25, "beyond_training": 0.1})
    *panels, gain, beyond = figure.axes
    for axes, found in zip(panels, curves.values(), strict=True):
        assert all(drawn(axes, curve) for curve in found.values())
        assert colors_of(axes, found["instance"]) == {ink.CONTEXT}
        assert colors_of(axes, found["bayes"]) == colors_of(axes, found["trained"]) == {ink.EXACT}
        assert {"instance", "Bayes", "Bayes of training", "chance"} <= words(axes)
    assert dots(gain) == flat(effects["gain"])
    assert dots(beyond) == flat(effects["beyond_training"])
    assert dots(gain, ink.CHANCE) == flat({"": effects["gain"]["exchanged"]})
    assert "margin 0.25" in words(gain)
    assert "margin 0.1" in words(beyond)


def test_a_verifier_in_part_is_drawn_part_by_part() -> None:
    whats = ("right", "reported", "bayes_right")
    curves = {key: {what: values(3) for what in whats} for key in taste_verifier.LINES}
    effects = {name: {arm: values() for arm in taste_verifier.NAMES} for name in taste_verifier.EFFECTS}
    figure = taste_verifier.overview((0, 12, 24), curves, effects, {"weighed": 0.2, "follows_unknown": 0.1})
    right, reported, weighed, unknown = figure.axes
    for axes, what in ((right, "right"), (reported, "reported")):
        assert all(drawn(axes, found[what]) for found in curves.values())
        assert colors_of(axes, curves["eve", "known"]["bayes_right"]) == {ink.EXACT}
        assert {"Eve, knows it", "Eve, does not", "Dan", "chance"} <= words(axes)
    assert dots(weighed) == flat(effects["weighed"])
    assert rows(weighed)[0] == "Eve knows two of four"
    edges = [float(line.get_xdata()[0]) for line in unknown.lines if len(line.get_xdata()) == 2]
    assert {0.1, -0.1} <= set(edges)


def test_conviction_is_drawn_while_it_forms_under_pressure_and_after() -> None:
    arms = list(taste_conviction.NAMES)
    curves = {arm: {who: values(4) for who in ("", "bayes_", "trained_")} for arm in arms}
    pressed = {name: values() for name in taste_conviction.PRESSED}
    exact = {name: float(RNG.random()) for name in pressed}
    conviction = {arm: values() for arm in arms}
    figure = taste_conviction.overview(np.array([0, 2, 6, 12]), curves, pressed, exact, conviction, 0.5)
    strength, voice, pressure, judged = figure.axes
    assert all(drawn(strength, curves[arm][""]) for arm in taste_conviction.FORMING)
    assert all(drawn(voice, curves[arm][who]) for arm in taste_conviction.VOICED for who in ("", "bayes_"))
    assert dots(pressure) == flat(pressed)
    assert dots(pressure, ink.WEIGHTS) == flat({"": pressed["next_instance"]})
    uprights = {float(line.get_xdata()[0]) for line in pressure.lines if len(line.get_xdata()) == 2}
    assert set(exact.values()) <= uprights
    assert dots(judged) == flat(conviction)
    assert "margin 0.5" in words(judged)


def test_teaching_is_drawn_before_and_after() -> None:
    changes = {
        arm: {name: (values(), values()) for name in taste_teaching.ROWS} for arm in taste_teaching.NAMES
    }
    exact = {name: 0.9 for name in taste_teaching.ROWS if not name.startswith("empty")}
    effects = {name: {arm: values() for arm in taste_teaching.NAMES} for name in taste_teaching.EFFECTS}
    figure = taste_teaching.overview(changes, exact, effects, {"rise": 0.05, "prior_moved": 0.05})
    left, middle, rise, _ = figure.axes
    assert dots(left) == flat(changes["warranted"])
    assert dots(middle) == flat(changes["oracle"])
    unsaid = {name: found for name, found in changes["oracle"].items() if name.startswith("empty")}
    assert dots(middle, ink.WEIGHTS) == flat(unsaid)
    assert dots(rise) == flat(effects["rise"])


def test_consolidation_is_drawn_with_its_price() -> None:
    arms = list(taste_consolidate.LINES)
    curves = {arm: values(4) for arm in arms}
    moved = {arm: {name: values() for name in taste_consolidate.ROWS} for arm in taste_consolidate.SHOWN}
    net = {arm: values() for arm in arms}
    figure = taste_consolidate.overview(np.array([0, 4, 16, 64]), curves, 0.97, moved, net, 0.5)
    left, middle, right = figure.axes
    assert all(drawn(left, curve) for curve in curves.values())
    assert {"rehearsed", "plain", "nothing learned", "instance"} == words(left)
    assert dots(middle) == flat(*moved.values())
    assert dots(right) == flat(net)
    assert "margin 0.5" in words(right)


def test_what_is_kept_of_a_conversation_is_drawn_beside_bayes() -> None:
    who = ("with", "bayes", "trained")
    curves = {
        arm: {way: {each: values(3) for each in who} for way in taste_horizon.WAYS}
        for arm in taste_horizon.PANELS
    }
    lost = {arm: values() for arm in taste_horizon.NAMES}
    figure = taste_horizon.overview(4, curves, 0.7, lost, 0.1)
    *panels, right = figure.axes
    for axes, found in zip(panels, curves.values(), strict=True):
        for way in taste_horizon.WAYS:
            assert colors_of(axes, found[way]["with"]) == {ink.CONTEXT}
            assert colors_of(axes, found[way]["bayes"]) == {ink.EXACT}
        assert [int(tick) for tick in axes.get_xticks()] == [4, 8, 12]
    assert dots(right) == flat(lost)
    assert dots(right, ink.CHANCE) == flat({"": lost["nothing-to-lose"]})


class Measured(looking.Measured):
    """With arrays as long as this file's experiments have them."""

    def array(self, name: str, arm: str | None = None) -> np.ndarray:
        settings = self.document["settings"][arm or self.main_arm]
        if name == "steps":
            return values(1 + len(settings["steps"]))
        if "window" in settings:
            return values(settings["situation"]["turns"] // settings["window"])
        return values(len(settings["after"]))


@pytest.mark.parametrize("name", TASTE)
def test_an_experiment_draws_what_it_declares_for_light_and_dark(name: str) -> None:
    experiment = registry.get(f"taste-{name}")
    figure: Figure = experiment.figure(Measured(experiment))
    assert turns_with_the_page(figure)
    for part in parts_of(experiment.criterion):
        assert any(f"margin {part.margin:g}" in words(axes) for axes in figure.axes)
