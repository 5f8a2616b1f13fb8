"""The figures of the chapter on one shape draw every seed of every arm, their references, chance and margin."""

import re
from typing import Any

import numpy as np
import pytest
from matplotlib.axes import Axes

from companion.figures import ink, shape_ladder, shape_targets
from companion.lab import registry
from tests.figures import looking
from tests.figures.looking import dots, values, words

SYSTEMS = ("game", "traces", "answers")


def numbers(*tables: Any) -> set[float]:
    return {float(x) for table in tables for x in np.ravel(table) if np.isfinite(x)}


def heights(axes: Axes) -> list[np.ndarray]:
    return [np.asarray(line.get_ydata()) for line in axes.lines]


def test_three_ladders_stand_on_the_same_axes() -> None:
    least, amplified = ({system: values(5) for system in SYSTEMS} for _ in range(2))
    chance = {"game": 0.43, "traces": 1 / 6, "answers": 1 / 6}
    share = {system: {"selected": values(), "shuffled": values()} for system in SYSTEMS}
    figure = shape_ladder.overview(least, amplified, chance, share, 0.25)
    *panels, last = figure.axes
    assert len({axes.get_ylim() for axes in panels}) == 1
    assert len({axes.get_xlim() for axes in panels}) == 1
    for axes, system in zip(panels, SYSTEMS, strict=True):
        drawn = heights(axes)
        for seed in (*least[system], *amplified[system]):
            assert any(np.array_equal(seed, y) for y in drawn)
        assert any(np.allclose(y, chance[system]) for y in drawn)
        assert {"solver", "chance"} <= words(axes)
    kept = numbers(*(found for arms in share.values() for found in arms.values()))
    assert kept <= {x for x in dots(last) if np.isfinite(x)}
    grey = {x for x in dots(last, ink.CHANCE) if np.isfinite(x)}
    assert grey == numbers(*(arms["shuffled"] for arms in share.values()))
    assert "margin 0.25" in words(last)


def test_every_round_of_every_seed_is_a_mark() -> None:
    least, amplified = ({system: values(5) for system in SYSTEMS} for _ in range(2))
    lengths = np.array([3, 4, 6, 8])
    first, last, traced = (values(4) for _ in range(3))
    figure = shape_ladder.gains(least, amplified, lengths, first, last, traced, 1 / 6)
    left, right = figure.axes
    for system in SYSTEMS:
        there = amplified[system][:, :-1] - least[system][:, :-1]
        assert dots(left, marker=shape_ladder.MARKS[system]) == numbers(there)
    drawn = heights(right)
    for seed in (*first, *last, *traced):
        assert any(np.array_equal(seed, y) for y in drawn)
    assert {"solver", "chance", "at once, first", "at once, last", "with a trace, first"} <= words(right)


def test_two_domains_are_drawn_two_by_two() -> None:
    domains = ("game", "language")
    prior = {domain: values() for domain in domains}
    after = {
        domain: {name: values() for name in ("native", "same_samples", "same_cpu")} for domain in domains
    }
    broken = {domain: values() for domain in domains}
    share = {arm: {domain: (values(), values()) for domain in domains} for arm in ("swapped", "broken")}
    figure = shape_targets.overview(prior, after, broken, {"game": 0.43, "language": 1 / 6}, share, 0.5)
    *panels, last = figure.axes
    for axes, domain in zip(panels, domains, strict=True):
        assert dots(axes) == numbers(prior[domain], broken[domain], *after[domain].values())
        assert {"solver", "chance"} <= words(axes)
    assert {x for x in dots(last) if np.isfinite(x)} == numbers(
        *(pair for arms in share.values() for pair in arms.values())
    )
    assert {x for x in dots(last, ink.CHANCE) if np.isfinite(x)} == numbers(*share["broken"].values())
    assert "margin 0.5" in words(last)


class Measured(looking.Measured):
    """With arrays as long as this file's experiments have them."""

    def array(self, name: str, arm: str | None = None) -> np.ndarray:
        return values(5)


@pytest.mark.parametrize("name", ["shape-amplify-distil", "shape-targets"])
def test_an_experiment_draws_what_it_declares_for_light_and_dark(name: str) -> None:
    experiment = registry.get(name)
    svg = ink.to_svg(experiment.figure(Measured(experiment)), alt=experiment.title)
    assert set(re.findall(r"#[0-9a-f]{6}\b", svg)) == set(
        re.findall(r"var\(--[^#)]*\)?, (#[0-9a-f]{6})\)", svg)
    )
