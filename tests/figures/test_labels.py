"""Labels keep their distance, their order, and their place where there is room."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from companion.figures import ink
from companion.figures.labels import End, at_line_ends, spread

heights = st.lists(st.floats(-10, 10), min_size=1, max_size=8).map(np.array)


@given(heights, st.floats(0.01, 2))
def test_labels_keep_apart_in_order_around_where_they_wanted_to_be(wanted: np.ndarray, apart: float) -> None:
    placed = spread(wanted, apart)
    order = np.argsort(wanted, kind="stable")
    assert (np.diff(placed[order]) >= apart - 1e-9).all()
    assert abs(placed.mean() - wanted.mean()) < 1e-9


@given(heights)
def test_labels_with_room_do_not_move(wanted: np.ndarray) -> None:
    spaced = np.round(wanted) + 100 * np.arange(len(wanted))
    assert np.allclose(spread(spaced, 1.0), spaced)


def test_each_line_is_named_in_its_color() -> None:
    _, axes = ink.new_figure()
    axes.set_ylim(0, 1)
    at_line_ends(axes, 1.0, [End(0.5, "network", ink.CONTEXT), End(0.5, "optimum", ink.EXACT)])
    assert [(t.get_text(), t.get_color()) for t in axes.texts] == [
        ("network", ink.CONTEXT),
        ("optimum", ink.EXACT),
    ]
    assert axes.texts[0].xy[1] != axes.texts[1].xy[1]
