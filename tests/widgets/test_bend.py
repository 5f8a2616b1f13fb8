"""A figure follows its controls; in the page it stands where they start."""

import asyncio

import pytest

from companion.figures.ink import new_figure
from companion.widgets.bend import bend
from companion.widgets.controls import Slider
from companion.widgets.faces import VIEW


@pytest.fixture
def drawn() -> list[int]:
    return []


@pytest.fixture
def bent(drawn):
    def draw(pulls: int):
        drawn.append(pulls)
        if pulls == 5:
            raise ValueError("five <is> out")
        figure, axes = new_figure()
        axes.set_title(f"after {pulls} pulls")
        return figure

    return bend(draw, alt="After {pulls} pulls.", pulls=Slider(0, 6, 1, value=3))


def slider(bent):
    return bent.widget.children[0]


def shown(bent):
    return bent.widget.children[-1].value


def test_both_faces_show_the_figure_where_the_controls_start(bent):
    bundle = bent._repr_mimebundle_()
    assert bundle[VIEW]["model_id"] == bent.widget.model_id
    assert "after 3 pulls" in bundle["text/html"]
    assert "<title" in bundle["text/html"]
    assert "After 3 pulls." in bundle["text/html"]
    assert shown(bent) == bundle["text/html"]


def test_the_figure_follows_and_the_page_does_not(bent):
    slider(bent).value = 6
    assert "after 6 pulls" in shown(bent)
    assert bent.values == {"pulls": 6}
    assert "after 3 pulls" in bent.html


def test_a_slider_that_is_dragged_draws_once(bent, drawn):
    async def drag():
        for value in (0, 1, 2):
            slider(bent).value = value
        await asyncio.sleep(0.2)

    asyncio.run(drag())
    assert drawn == [3, 2]


def test_a_figure_that_cannot_be_drawn_leaves_a_sentence_and_the_next_one_comes(bent):
    slider(bent).value = 5
    assert shown(bent) == "<p>No figure for these values: five &lt;is&gt; out</p>"
    slider(bent).value = 4
    assert "after 4 pulls" in shown(bent)


@pytest.mark.parametrize("controls", [{}, {"pull": Slider(0, 1, 1, 0)}, {"pulls": 3, "extra": 4}])
def test_controls_that_do_not_fit_are_refused(controls):
    with pytest.raises(TypeError):
        bend(lambda pulls: None, alt="Nothing.", **controls)
