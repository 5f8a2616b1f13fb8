"""A chapter shows the package's functions as they are."""

import html
import inspect
import re

import numba
import pytest

from companion.figures import ink, typeface
from companion.site.source import show_source


def shown(text: str) -> str:
    """The text of HTML."""
    return html.unescape(re.sub(r"<[^>]+>", "", text))


def test_the_source_is_shown_whole_under_its_path():
    drawn = show_source(ink.contrast)._repr_html_()
    assert "src/companion/figures/ink.py" in drawn
    assert inspect.getsource(ink.contrast).strip() in shown(drawn)


def test_methods_stand_at_the_left_edge():
    assert repr(show_source(ink.Shown._repr_html_)).splitlines()[1].startswith("def _repr_html_")


def test_neighbors_share_a_box_and_strangers_do_not():
    assert len(show_source(ink.contrast, ink.to_svg).pieces) == 1
    assert len(show_source(ink.contrast, typeface.families).pieces) == 2


def test_a_compiled_function_shows_what_was_compiled():
    assert "def contrast" in repr(show_source(numba.njit(ink.contrast)))


def test_what_is_not_of_the_package_is_refused():
    with pytest.raises(ValueError, match="json"):
        show_source(__import__("json").loads)
