"""Figures of views, and of facts and diets, draw every culture, the exact references, chance and the margins."""

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from companion.figures import clocks_diet, clocks_same_facts, icp_expires, icp_responsive, icp_stable, ink
from companion.lab import registry
from companion.lab.criteria import parts_of
from tests.figures import looking
from tests.figures.looking import dots, flat, rows, turns_with_the_page, uprights, values, words


def drawn(axes: Axes, curves: np.ndarray) -> set[str]:
    """The colors in which there is a line for every row; none where a row is missing."""
    lines = [(np.asarray(line.get_ydata()), to_hex(line.get_color())) for line in axes.lines]
    found = [{color for y, color in lines if np.array_equal(curve, y)} for curve in curves]
    return set.intersection(*found)


def test_agreement_is_drawn_at_once_and_later_and_beside_the_truth() -> None:
    tables = [{arm: values() for arm in icp_stable.NAMES} for _ in range(5)]
    agrees, later, right, bayes, trained = tables
    curves = {name: values(6) for name in icp_stable.CURVES}
    figure = icp_stable.overview(agrees, later, right, bayes, trained, [0, 6, 12, 18, 24, 36], curves, 0.9)
    left, middle, last = figure.axes
    assert rows(left) == list(icp_stable.NAMES.values())
    assert dots(left) == flat(agrees, later)
    assert dots(left, ink.CHANCE) == flat(
        *({arm: table[arm] for arm in icp_stable.COLORS} for table in (agrees, later))
    )
    assert "margin 0.9" in words(left)
    assert dots(middle) == flat(right)
    assert {float(found.mean()) for found in (*bayes.values(), *trained.values())} <= set(uprights(middle))
    assert all(drawn(last, curve) == {ink.CONTEXT} for curve in curves.values())
    assert {"Bayes", "chance", "agree", "right"} <= words(last)
    assert 0.5 in uprights(left)


def test_moves_are_drawn_beside_those_of_bayes() -> None:
    shifts, exact, held, kept = values(6, 5, 3), values(6, 5, 3), values(3, 6), values(3, 6)
    explained = {arm: values() for arm in icp_responsive.NAMES}
    figure = icp_responsive.overview(
        [0, 1, 2, 4, 8, 11], shifts, exact, [0, 1, 2, 4, 6, 12], held, kept, explained, 0.8
    )
    left, middle, right = figure.axes
    for voice in range(len(icp_responsive.VOICES)):
        assert drawn(left, shifts[:, :, voice, 0]) == {ink.CONTEXT}
        assert drawn(left, exact[:, :, voice, 0].mean(0)[None]) == {ink.EXACT}
    for voice in range(len(icp_responsive.AGAINST)):
        assert drawn(middle, held[:, voice]) == {ink.CONTEXT}
        assert drawn(middle, kept[:, voice].mean(0)[None]) == {ink.EXACT}
    assert set(icp_responsive.VOICES) <= words(left)
    assert {*icp_responsive.AGAINST, "chance"} <= words(middle)
    assert dots(right) == flat(explained)
    assert dots(right, ink.CHANCE) == flat({"exchanged": explained["exchanged"]})
    assert rows(right) == list(icp_responsive.NAMES.values())


def test_the_boundary_is_drawn_from_both_sides() -> None:
    held, left, lost = ({arm: values() for arm in icp_expires.ROWS} for _ in range(3))
    exact = dict(zip(icp_expires.EXACT, (0.05, 0.97, 0.06, 0.98), strict=True))
    curves = {name: values(5) for name in icp_expires.CURVES}
    figure = icp_expires.overview(held, left, exact, [0, 3, 6, 9, 12], curves, lost, 0.5)
    first, middle, last = figure.axes
    assert rows(first) == [name for name, _ in icp_expires.ROWS.values()]
    assert dots(first) == flat(held, left)
    assert dots(first, ink.WEIGHTS) == flat(
        *({arm: table[arm] for arm in ("forgotten", "silence")} for table in (held, left))
    )
    assert {0.05, 0.97, 0.06, 0.98, 0.5} <= set(uprights(first))
    assert dots(middle) == flat(lost)
    assert "margin 0.5" in words(middle)
    for name in ("statements", "questions", "unsaid"):
        assert drawn(last, curves[name]) == {ink.CONTEXT}
    assert drawn(last, curves["exact"].mean(0)[None]) == {ink.EXACT}
    assert "chance" in words(last)


def test_both_clocks_are_drawn_in_their_colors() -> None:
    by_steps, flipped = ({arm: values(5) for arm in clocks_same_facts.WAYS} for _ in range(2))
    ahead, context, exact = {arm: values() for arm in (*by_steps, "by-dan")}, values(), values()
    figure = clocks_same_facts.overview([0, 1, 4, 16, 64], by_steps, context, exact, flipped, ahead, 0.2)
    left, middle, right = figure.axes
    for arm in by_steps:
        assert drawn(left, by_steps[arm]) == {ink.WEIGHTS}
        assert drawn(middle, flipped[arm]) == {ink.WEIGHTS}
    assert drawn(left, np.repeat(context[:, None], 5, 1)) == {ink.CONTEXT}
    assert {"context, no step", "Bayes, told", "chance"} <= words(left)
    assert "context" in words(middle)
    assert dots(right) == flat(ahead)
    assert "margin 0.2" in words(right)


def test_each_diet_is_drawn_beside_its_own_bayes() -> None:
    curves, fed, by_strength = ({diet: values(6) for diet in clocks_diet.DIETS} for _ in range(3))
    exact, dissents = values(6), {arm: values() for arm in (*curves, "full-by-dan")}
    strengths = [0.0, 0.6, 0.9, 0.95, 0.98, 0.99]
    figure = clocks_diet.overview(
        [0, 1, 2, 4, 8, 12], curves, fed, exact, strengths, by_strength, dissents, "none", 0.3
    )
    left, middle, right = figure.axes
    for diet in curves:
        assert drawn(left, curves[diet]) == drawn(middle, by_strength[diet]) == {ink.CONTEXT}
        assert drawn(left, fed[diet].mean(0)[None]) == {ink.EXACT}
    assert drawn(left, exact.mean(0)[None]) == {ink.EXACT}
    assert {"full diet", "Bayes, none", "chance"} <= words(left)
    assert dots(right) == flat(dissents)
    assert "none + 0.3" in words(right)


class Measured(looking.Measured):
    """With arrays as long as this file's experiments have them."""

    def array(self, name: str, arm: str | None = None) -> np.ndarray:
        shapes = {"shifts": (6, 5, 3), "exact_shifts": (6, 5, 3), "held": (3, 6), "exact_held": (3, 6)}
        sizes = {"by_strength": 4, **{f"{kind}_by_steps": 5 for kind in ("implied", "flipped_elsewhere")}}
        return values(*shapes.get(name, (5 if name.startswith("out_") else sizes.get(name, 6),)))


@pytest.mark.parametrize(
    "name", ["icp-stable", "icp-responsive", "icp-expires", "clocks-same-facts", "clocks-diet"]
)
def test_an_experiment_draws_what_it_declares_for_light_and_dark(name: str) -> None:
    (experiment,) = registry.collect([name.replace("-", "_")])
    figure: Figure = experiment.figure(Measured(experiment))
    assert turns_with_the_page(figure)
    margin = parts_of(experiment.criterion)[0].margin
    assert any(f"{margin:g}" in word for axes in figure.axes for word in words(axes))
