"""The figures of the AlphaZero chapters draw every seed, name what they draw, and show solver, chance and margin."""

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.patches import Circle, Rectangle

from companion.figures import (
    accuracy,
    alphazero_compounding,
    alphazero_distil,
    alphazero_exchange,
    alphazero_loop,
    alphazero_narrowing,
    alphazero_verifier,
    connect_four,
    doublings,
    ink,
    labels,
)

RNG = np.random.default_rng(0)
SEEDS = 3
MOMENTS, BUDGETS = (
    np.array([0.0, 1, 2, 5, 10, 20, 40, 80]),
    np.array([0.0, 8, 32, 128]),
)  # as results store them
VARIED = alphazero_verifier.ROWS


def curves(*shape: int) -> np.ndarray:
    return RNG.uniform(0.3, 0.9, (SEEDS, *shape))


def words(axes: Axes) -> set[str]:
    return {text.get_text() for text in axes.texts}


def draws_every(axes: Axes, expected: np.ndarray) -> bool:
    drawn = [np.asarray(line.get_ydata()) for line in axes.lines]
    return all(any(np.array_equal(seed, y) for y in drawn) for seed in expected)


def dots(axes: Axes) -> list[float]:
    return [x for line in axes.lines if line.get_marker() == "o" for x in np.atleast_1d(line.get_xdata())]


def rising(start: float, end: float) -> np.ndarray:
    return np.linspace(start, end, len(MOMENTS)) + 0.001 * np.arange(SEEDS)[:, None]


@pytest.mark.parametrize(("last", "said"), [(0.9, True), (0.5, False)])
def test_the_loop_says_when_the_raw_network_caught_up(last: float, said: bool) -> None:
    raw, searched = rising(0.3, last), rising(0.6, 0.95)
    caught_up = {"loop": raw[:, -1] - searched[:, 4], "no-search": RNG.random(SEEDS)}
    figure = alphazero_loop.catching_up(
        MOMENTS, raw, searched, raw - 0.05, searched - 0.05, 0.38, 0.36, 10, caught_up, 0.0
    )
    left, middle, right = figure.axes
    assert draws_every(left, raw)
    assert draws_every(middle, searched - 0.05)
    assert {"alone", "with search", "chance", "solver"} <= words(left)
    assert any(text.startswith("reached after") for text in words(left)) == said
    assert set(dots(right)) == set(np.concatenate(list(caught_up.values())))
    assert "margin 0" in words(right)
    assert "semi-random games" in ink.to_svg(figure, alt="The raw network catches up.")


def test_a_level_is_met_on_the_line_between_two_points() -> None:
    places, curve = np.array([0.0, 1.0, 3.0]), np.array([0.2, 0.4, 0.8])
    assert alphazero_loop.meeting(places, curve, 0.5) == pytest.approx(1.5)
    assert alphazero_loop.meeting(places, curve, 0.1) == 0
    assert alphazero_loop.meeting(places, curve, 0.9) is None


def test_students_stand_in_the_rows_of_what_they_keep() -> None:
    students = {"visit-counts": curves(), "outcomes": curves(), "shuffled": curves()}
    kept, off = ({arm: curves() for arm in students} for _ in range(2))
    figure = alphazero_distil.students(curves(), curves(), students, kept, off, 0.37, 0.5)
    left, right = figure.axes
    rows = [label.get_text() for label in left.get_yticklabels()]
    assert rows[:3] == ["teacher alone", "teacher with search", "told visit counts"]
    assert left.get_ylim() == right.get_ylim()
    assert {"chance", "solver"} <= words(left)
    assert {"margin 0.5", "own games", "semi-random games"} <= words(right)
    assert set(np.concatenate(list(students.values()))) <= set(dots(left))
    assert set(np.concatenate([*kept.values(), *off.values()])) <= set(dots(right))


def test_narrowing_has_a_panel_for_each_kind_of_run() -> None:
    on, off = ({arm: curves(len(MOMENTS)) for arm in ("empty-board", "random-openings")} for _ in range(2))
    parted = {arm: RNG.normal(size=SEEDS) for arm in (*on, "same-kind")}
    figure = alphazero_narrowing.parting(MOMENTS, on, off, parted, 20, 0.03)
    assert [axes.get_title(loc="left") for axes in figure.axes[:2]] == ["empty board", "random openings"]
    for axes, arm in zip(figure.axes, on, strict=False):
        assert draws_every(axes, on[arm])
        assert draws_every(axes, off[arm])
        assert {"late games", "semi-random", "solver", "gains from here"} == words(axes)
    assert "margin 0.03" in words(figure.axes[2])


def test_every_signal_is_drawn_where_its_kind_of_search_stands() -> None:
    names = [f"{p} prior, true value" for p in ("trained", "uniform", "random", "wrong")]
    names += ["trained prior, zero value", "wrong prior, scrambled value"]
    found = {arm: curves(len(names), len(BUDGETS)) for arm in ("rules", "blind")}
    untrained = {arm: curves(len(BUDGETS)) for arm in found}
    figure = alphazero_compounding.signals(BUDGETS, found, untrained, names, 0.85, 0.38)
    for column, arm in enumerate(found):
        upper, lower = figure.axes[column], figure.axes[2 + column]
        assert all(draws_every(upper, found[arm][:, i]) for i in range(4))
        assert all(draws_every(lower, found[arm][:, i]) for i in (0, 4, 5))
        assert draws_every(upper, untrained[arm])
        assert {"trained prior", "wrong prior", "untrained network", "target 0.85"} <= words(upper)
        assert {"trained, no value", "wrong, random sign", "chance", "solver"} <= words(lower)


def test_a_signal_of_another_form_is_refused() -> None:
    with pytest.raises(ValueError, match="trained prior, true value"):
        alphazero_compounding.words("trained and true")


def test_the_verifier_shows_before_and_after_and_what_search_adds() -> None:
    first, last = curves(), {arm: curves() for arm in VARIED}
    blind, seeing = ({arm: curves(len(BUDGETS)) for arm in VARIED} for _ in range(2))
    untrained = {kind: curves(len(BUDGETS)) for kind in ("blind", "seeing")}
    figure = alphazero_verifier.cells(BUDGETS, first, last, blind, seeing, untrained, 0.38, 0.1)
    left, middle, right = figure.axes
    assert [label.get_text() for label in left.get_yticklabels()] == list(VARIED.values())
    assert {"chance", "solver", "before + 0.1"} == words(left)
    assert set(first) | set(np.concatenate(list(last.values()))) == set(dots(left))
    for axes, found, before in ((middle, blind, "blind"), (right, seeing, "seeing")):
        for curve in (*found.values(), untrained[before]):
            assert draws_every(axes, curve - curve[:, :1])
        assert "before training" in words(axes)


def test_the_exchange_rate_is_written_and_drawn() -> None:
    training, search = np.log2(MOMENTS[1:])[:, None], np.log2(1 + BUDGETS)
    odds = -0.5 + 0.3 * training + 0.2 * search + 0.01 * np.arange(SEEDS)[:, None, None]
    found = 1 / (1 + np.exp(-odds))
    figure = alphazero_exchange.surface(MOMENTS[1:], BUDGETS, found, np.array([1.4, 1.5, 1.6]), 0.38)
    left, right = figure.axes
    assert all(draws_every(left, found[:, i]) for i in range(len(MOMENTS) - 1))
    assert {"1", "40", "80 iterations", "solver", "chance"} <= words(left)
    assert any("−1.50 [−1.75, −1.25]" in text for text in words(right))
    assert len(right.collections) == SEEDS + 1
    assert {line.get_slope() for line in right.lines} == {-1.5, -1.0}


def test_a_flat_surface_can_be_drawn() -> None:
    flat = np.full((2, 2, len(BUDGETS)), 0.5) + 1e-3 * RNG.random((2, 2, len(BUDGETS)))
    assert alphazero_exchange.surface(np.array([1.0, 2]), BUDGETS, flat, np.array([0.1, -0.1]), 0.4).axes


def test_doublings_take_equal_room_after_zero() -> None:
    _, axes = ink.new_figure()
    doublings.along_x(axes, np.array([0, 1, 3, 7, 511]), doublings.SIMULATIONS)
    assert [label.get_text() for label in axes.get_xticklabels()] == ["0", "1", "8", "64"]
    assert axes.get_xlim() == (0, 9)
    assert doublings.place(np.array([0, 1, 3, 7])).tolist() == [0, 1, 2, 3]


def test_accuracy_ends_at_the_solver() -> None:
    _, axes = ink.new_figure()
    ends = accuracy.along_y(axes, 0.5, 0.4)
    assert axes.get_ylim() == pytest.approx((0.36, 1.0))
    assert [(end.name, end.height) for end in ends] == [("solver", 1.0), ("chance", 0.4)]


def test_names_stay_below_the_top_in_order() -> None:
    lowered = labels.beneath(1.0, np.array([0.2, 1.1, 1.0]), 0.1)
    assert lowered.tolist() == pytest.approx([0.2, 1.0, 0.9])


def test_a_position_and_what_is_said_of_it() -> None:
    _, axes = ink.new_figure()
    planes = np.zeros((2, 6, 7), np.float32)
    planes[0, 0, 3] = planes[1, 1, 3] = 1
    optimal = np.arange(7) == 3
    connect_four.board(axes, planes, np.full(7, 1 / 7), np.arange(7), optimal)
    stones = [patch for patch in axes.patches if isinstance(patch, Circle)]
    assert len(stones) == 43  # a circle a cell, and the hole of the open stone
    assert len([patch for patch in axes.patches if isinstance(patch, Rectangle)]) == 14
    assert {"1", "7", "weights", "search", "solver"} <= words(axes)
    marked = [line.get_xydata().tolist() for line in axes.lines if line.get_marker() == "D"]
    assert [[3, 2]] in marked


def test_a_position_alone() -> None:
    _, axes = ink.new_figure()
    connect_four.board(axes, np.zeros((2, 4, 5)))
    assert words(axes) == {"1", "2", "3", "4", "5"}
