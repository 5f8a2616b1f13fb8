"""What a reader can bend: plain descriptions, turned into widgets only where there is a kernel to listen."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import ipywidgets

_LAYOUT = {"width": "26rem", "max_width": "100%"}
_STYLE = {"description_width": "10rem"}


@dataclass(frozen=True)
class Slider:
    """A number from `low` to `high` in steps of `step`; whole numbers where all of them are whole."""

    low: int | float
    high: int | float
    step: int | float
    value: int | float
    label: str | None = None

    def __post_init__(self) -> None:
        if not self.low < self.high or self.step <= 0 or not self.low <= self.value <= self.high:
            raise ValueError(f"a slider needs low < high, step > 0 and a value between them, not {self}")

    def widget(self, name: str) -> ipywidgets.DOMWidget:
        """The slider for the argument `name`."""
        whole = all(isinstance(number, int) for number in (self.low, self.high, self.step, self.value))
        kind = ipywidgets.IntSlider if whole else ipywidgets.FloatSlider
        return kind(
            value=self.value,
            min=self.low,
            max=self.high,
            step=self.step,
            description=self.label or name,
            layout=_LAYOUT,
            style=_STYLE,
        )


@dataclass(frozen=True)
class Choice:
    """One of several things; the first at the start, where no `value` is given."""

    options: Sequence[Any]
    value: Any = None
    label: str | None = None

    def __post_init__(self) -> None:
        if not self.options:
            raise ValueError("a choice needs at least one option")
        if self.value is None:
            object.__setattr__(self, "value", self.options[0])
        if self.value not in self.options:
            raise ValueError(f"{self.value!r} is not one of {list(self.options)}")

    def widget(self, name: str) -> ipywidgets.DOMWidget:
        """The menu for the argument `name`."""
        options = [(str(option), option) for option in self.options]
        return ipywidgets.Dropdown(
            options=options, value=self.value, description=self.label or name, layout=_LAYOUT, style=_STYLE
        )


Control = Slider | Choice
