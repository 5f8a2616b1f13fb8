"""What a reader can bend is described plainly and refused where it makes no sense."""

import ipywidgets
import pytest

from companion.widgets.controls import Choice, Slider


def test_a_slider_of_whole_numbers_gives_whole_numbers():
    slider = Slider(0, 6, 1, value=3, label="pulls").widget("n")
    assert isinstance(slider, ipywidgets.IntSlider)
    assert (slider.value, slider.min, slider.max, slider.description) == (3, 0, 6, "pulls")


def test_a_slider_of_fractions_is_named_after_its_argument():
    slider = Slider(0, 1, 0.1, value=0.5).widget("rate")
    assert isinstance(slider, ipywidgets.FloatSlider)
    assert slider.description == "rate"


def test_a_choice_starts_with_its_first_option_and_gives_the_option_itself():
    menu = Choice([0.5, 0.25]).widget("rate")
    assert menu.value == 0.5
    menu.index = 1
    assert menu.value == 0.25


@pytest.mark.parametrize("numbers", [(3, 1, 1, 2), (0, 1, 0, 0), (0, 1, 1, 2)])
def test_an_impossible_slider_is_refused(numbers):
    with pytest.raises(ValueError, match="a slider needs"):
        Slider(*numbers)


def test_an_impossible_choice_is_refused():
    with pytest.raises(ValueError, match="at least one"):
        Choice([])
    with pytest.raises(ValueError, match="not one of"):
        Choice(["a"], value="b")
