"""`bend`: a figure that follows its controls in JupyterLab; in the page, the same figure where the controls start."""

import asyncio
import html
import inspect
from collections.abc import Callable
from typing import Any

import ipywidgets
from matplotlib.figure import Figure

from companion.figures import ink
from companion.widgets.controls import Control
from companion.widgets.faces import TwoFaces

_PAUSE_S = 0.04  # a slider that is dragged sends faster than a figure can be drawn


class Bent(TwoFaces):
    """A figure and its controls. `values` are what the controls stand at."""

    def __init__(
        self, draw: Callable[..., Figure], controls: dict[str, Control], alt: str, caption: str | None
    ) -> None:
        self._draw, self._alt, self._caption = draw, alt, caption
        self._due = False
        self._controls = {name: control.widget(name) for name, control in controls.items()}
        self._figure = ipywidgets.HTML(self._drawn())
        for control in self._controls.values():
            control.observe(self._redraw_soon, names="value")
        super().__init__(ipywidgets.VBox([*self._controls.values(), self._figure]), self._figure.value)

    @property
    def values(self) -> dict[str, Any]:
        """What the controls stand at, by the name of the argument."""
        return {name: control.value for name, control in self._controls.items()}

    def _drawn(self) -> str:
        values = self.values
        return ink.show(self._draw(**values), self._alt.format(**values), self._caption)._repr_html_()

    def _redraw_soon(self, change: object) -> None:
        """Once for all the changes that arrive within a moment; at once where no kernel is listening."""
        if self._due:
            return
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self._redraw()
        else:
            self._due = True
            loop.call_later(_PAUSE_S, self._redraw)

    def _redraw(self) -> None:
        self._due = False
        try:
            self._figure.value = self._drawn()
        except Exception as error:  # noqa: BLE001 - whatever it is, the reader should see it
            self._figure.value = f"<p>No figure for these values: {html.escape(str(error))}</p>"


def bend(draw: Callable[..., Figure], *, alt: str, caption: str | None = None, **controls: Control) -> Bent:
    """Show `draw(**values)` with one control for each argument of `draw` that the reader may bend.

    `alt` says what is to be seen; it may name values in braces, as in "return after {pulls} pulls". Raises TypeError
    where the controls do not fit the arguments of `draw`.
    """
    if not controls:
        raise TypeError("bend needs at least one control")
    inspect.signature(draw).bind(**controls)
    return Bent(draw, controls, alt, caption)
