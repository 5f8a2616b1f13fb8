"""`live_run`: a run that the reader starts, watches and stops; nothing runs before that, and never in a build.

The run is cooperative: a generator that yields often, driven by a task of the kernel's own event loop. Between two
steps the kernel listens, so that Stop is heard and other cells can run.
"""

import asyncio
import time
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

import ipywidgets
from matplotlib.figure import Figure

from companion.figures import ink
from companion.widgets.faces import TwoFaces

State = TypeVar("State")
Work = Callable[[], Iterator[tuple[float, State]]]
"""Starts anew and yields (share done, state so far), best ten times a second."""

_REDRAW_S = 0.25


class LiveRun(TwoFaces, Generic[State]):
    """A run with its buttons. `state` is the last one that was yielded, None before the first."""

    def __init__(
        self,
        work: Work[State],
        draw: Callable[[State], Figure],
        initial: Figure,
        alt: str,
        caption: str | None,
    ) -> None:
        self._work, self._draw, self._alt, self._caption = work, draw, alt, caption
        self.state: State | None = None
        self._task: asyncio.Task[None] | None = None
        self._run = ipywidgets.Button(description="Run", icon="play")
        self._stop = ipywidgets.Button(description="Stop", icon="stop", disabled=True)
        self._bar = ipywidgets.FloatProgress(min=0.0, max=1.0, layout={"width": "14rem"})
        self._word = ipywidgets.Label()
        self._figure = ipywidgets.HTML(self._shown(initial))
        self._run.on_click(lambda button: self.start())
        self._stop.on_click(lambda button: self.stop())
        buttons = ipywidgets.HBox([self._run, self._stop, self._bar, self._word])
        super().__init__(ipywidgets.VBox([buttons, self._figure]), self._figure.value)

    def start(self) -> None:
        """Begin anew, where no run is on its way. Needs a running event loop: a kernel has one."""
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._drive())

    def stop(self) -> None:
        """End the run after its present step; what it reached stays."""
        if self._task is not None:
            self._task.cancel()

    async def _drive(self) -> None:
        self._run.disabled, self._stop.disabled = True, False
        self._bar.value, self._bar.bar_style, self._word.value = 0.0, "", "running"
        try:
            await self._step_through()
            self._word.value, self._bar.bar_style = "done", "success"
        except asyncio.CancelledError:
            self._word.value = f"stopped at {self._bar.value:.0%}"
        except Exception as error:  # noqa: BLE001 - whatever ended the run, the reader should see it
            self._word.value, self._bar.bar_style = f"ended by an error: {error}", "danger"
        finally:
            self._run.disabled, self._stop.disabled, self._task = False, True, None

    async def _step_through(self) -> None:
        due, steps = time.monotonic() + _REDRAW_S, self._work()
        try:
            for fraction, state in steps:
                self.state, self._bar.value = state, fraction
                if time.monotonic() >= due:
                    self._redraw()
                    due = time.monotonic() + _REDRAW_S
                await asyncio.sleep(0)  # the kernel listens here
        finally:
            if hasattr(steps, "close"):
                steps.close()
            self._redraw()

    def _redraw(self) -> None:
        if self.state is not None:
            self._figure.value = self._shown(self._draw(self.state))

    def _shown(self, figure: Figure) -> str:
        return ink.show(figure, self._alt, self._caption)._repr_html_()


def live_run(
    work: Work[State],
    draw: Callable[[State], Figure],
    *,
    initial: Figure,
    alt: str,
    caption: str | None = None,
) -> LiveRun[State]:
    """Run and Stop buttons, a progress bar and `draw(state)` in JupyterLab; the `initial` figure in the page."""
    return LiveRun(work, draw, initial, alt, caption)
