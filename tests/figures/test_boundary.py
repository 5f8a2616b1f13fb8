"""The figures of the chapter on the boundary draw every culture of every arm, the exact agents and the margins."""

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from companion.experiments import boundary_artifact as artifact
from companion.figures import boundary_artifact, boundary_instances, boundary_record, boundary_report, ink
from companion.lab import registry
from companion.lab.criteria import parts_of
from tests.figures import looking
from tests.figures.looking import dots, flat, rows, turns_with_the_page, values, words

IDS = ("boundary-instances", "boundary-artifact", "boundary-report", "boundary-record")


def drawn(axes: Axes, expected: np.ndarray) -> bool:
    """Whether a line has these heights."""
    return any(np.array_equal(expected, np.asarray(line.get_ydata())) for line in axes.lines)


def uprights(axes: Axes) -> set[float]:
    ends = [np.asarray(line.get_xdata()) for line in axes.lines if len(line.get_xdata()) == 2]
    return {float(x[0]) for x in ends if x[0] == x[1]}


def test_instances_are_drawn_turn_by_turn_beside_bayes_and_chance() -> None:
    after = np.array([0.0, 4.0, 12.0])
    agreement = {arm: values(6, 3, 3) for arm in boundary_instances.PANELS}
    arms = list(boundary_instances.NAMES)
    effects = {name: {arm: values() for arm in arms} for name in boundary_instances.EFFECTS}
    figure = boundary_instances.overview(after, agreement, effects, {"converge": 0.03, "substrate": 0.03})
    left, middle, right = figure.axes
    for axes, arm in ((left, "by-ben"), (middle, "by-ben-0.9")):
        for pair, reading, *_ in boundary_instances.LINES:
            for seed in agreement[arm][:, pair, reading]:
                assert drawn(axes, seed)
        assert any(set(np.asarray(line.get_ydata())) == {0.5} for line in axes.lines)
    assert words(middle) >= {
        "same weights",
        "another seed",
        "another culture",
        "Bayes",
        "two views",
        "chance",
    }
    assert rows(right)[1:5] == list(boundary_instances.NAMES.values())
    assert dots(right) == flat(*effects.values())
    assert dots(right, ink.CONTEXT) == flat(effects["converge"])
    assert {"margin 0.03", *boundary_instances.EFFECTS.values()} <= words(right)


def test_what_is_left_is_drawn_for_every_reader_and_the_exact_one() -> None:
    names = list(boundary_artifact.ARTIFACTS)
    readers = {reader: {name: values() for name in names} for reader in boundary_artifact.READERS}
    exact = {name: 0.3 + 0.05 * i for i, name in enumerate(names) if name != "state"}
    notes = {reader: values(5) for reader, *_ in boundary_artifact.LINES}
    arms = list(boundary_artifact.NAMES)
    effects = {name: {arm: values() for arm in arms} for name in boundary_artifact.EFFECTS}
    margins = {"rebuilt": 0.5, "bias": 0.05}
    figure = boundary_artifact.overview(readers, exact, notes, effects, margins)
    left, middle, right = figure.axes
    assert rows(left) == list(boundary_artifact.ARTIFACTS.values())
    assert dots(left) == flat(*readers.values())
    assert dots(left, ink.CONTEXT) == flat(readers["same"])
    assert {*exact.values(), 0.5} <= uprights(left)
    assert all(drawn(middle, seed) for found in notes.values() for seed in found)
    assert words(middle) >= {"same weights", "another culture", "Bayes", "chance"}
    assert dots(right) == flat(*effects.values())
    assert dots(right, ink.CHANCE) == flat(
        *({arm: found[arm] for arm in boundary_artifact.COLORS} for found in effects.values())
    )
    assert {"margin 0.5", "margin 0.05"} <= words(right)
    assert set(margins.values()) <= uprights(right)


def test_reports_are_drawn_before_and_after() -> None:
    arms = list(boundary_report.NAMES)
    changes = {arm: {name: (values(), values()) for name in boundary_report.MEASURES} for arm in arms}
    gap = {arm: values() for arm in arms}
    figure = boundary_report.overview(changes, gap, 0.5)
    left, middle, right = figure.axes
    for axes, measures in ((left, boundary_report.COUPLED), (middle, boundary_report.SHARES)):
        shown = [{name: changes[arm][name] for name in measures} for arm in arms]
        assert dots(axes) == flat(*shown)
        assert [row for row in rows(axes) if row] == list(measures.values()) * len(arms)
        assert set(boundary_report.NAMES.values()) <= words(axes)
    assert {"Bayes", "nothing"} <= words(left)
    assert dots(right) == flat(gap)
    assert "margin 0.5" in words(right)


def test_records_are_drawn_by_their_share_and_against_none() -> None:
    shares = np.array([0, 0.05, 0.2, 0.5])
    answers = {name: values(4) for name in boundary_record.LINES}
    arms = list(boundary_record.NAMES)
    effects = {name: {arm: values() for arm in arms} for name in boundary_record.EFFECTS}
    margins = {"view": 0.02, "sentences": 0.05}
    figure = boundary_record.overview(shares, answers, effects, "no-records", margins)
    left, right = figure.axes
    assert all(drawn(left, seed) for found in answers.values() for seed in found)
    assert words(left) >= {name for name, *_ in boundary_record.LINES.values()}
    assert dots(right) == flat(*effects.values())
    for name, margin in margins.items():
        wanted = effects[name]["no-records"].mean() + margin
        assert any(np.isclose(wanted, x) for x in uprights(right))
    assert {"margin 0.02", "margin 0.05", *boundary_record.EFFECTS.values()} <= words(right)


class Measured(looking.Measured):
    """With arrays as long as this file's experiments have them."""

    def array(self, name: str, arm: str | None = None) -> np.ndarray:
        return values(6) if name == "after" else values(6, 3, 6)


@pytest.mark.parametrize("id", IDS)
def test_an_experiment_draws_what_it_declares_for_light_and_dark(id: str) -> None:
    (experiment,) = registry.collect([id.replace("-", "_")])
    figure: Figure = experiment.figure(Measured(experiment))
    assert turns_with_the_page(figure)
    margin = f"margin {parts_of(experiment.criterion)[0].margin:g}"
    assert any(margin in words(axes) for axes in figure.axes)


def test_the_figure_names_what_the_experiment_leaves() -> None:
    assert list(artifact.ARTIFACTS) == list(boundary_artifact.ARTIFACTS)
    assert set(boundary_artifact.READERS) < set(artifact.READERS)
