"""The drawing style of every figure: colors by meaning, one typeface, few lines.

A figure is drawn once, in the colors of a light page. `to_svg` then turns each of the inks below into a CSS
variable with that color as its fallback, so that one drawing serves the light page, the dark page and JupyterLab.
"""

import hashlib
import html
import io
import re
from collections.abc import Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from companion.figures import typeface

WEIGHTS = "#14569c"  # what the weights hold: slow
CONTEXT = "#b05205"  # what the context holds: fast
EXACT = "#3a3a3a"  # the exact reference: solver, Bayes agent, optimum
CHANCE = "#757269"  # chance, drawn dashed
INK = "#24221e"  # text and axes
FAINT = "#d9d5ca"  # hairlines
PAPER = "#fffefa"  # the page, to knock a line out of what lies behind it

_TEXT = 500.0  # points: a figure wider than this spreads over the margin of a wide page; 9 inches fill both

Dashes = str | tuple[float, tuple[float, ...]]
"""How a line is broken, as matplotlib writes it."""

SOLID: Dashes = "solid"
DASHED: Dashes = (0.0, (3.5, 2.5))
LONG: Dashes = (0.0, (7.0, 2.0))
DOTTED: Dashes = (0.0, (1.0, 1.6))
DASH_DOT: Dashes = (0.0, (5.0, 1.8, 1.0, 1.8))

# On the dark page each ink has this color (the style sheet tokens.css says the same; a test binds the two).
DARK = {
    WEIGHTS: "#7ab6f2",
    CONTEXT: "#f0a254",
    EXACT: "#c9c6bf",
    CHANCE: "#969289",
    INK: "#dcd9d2",
    FAINT: "#3d4147",
    PAPER: "#17191c",
}

_NAMES = {
    WEIGHTS: "weights",
    CONTEXT: "context",
    EXACT: "exact",
    CHANCE: "chance",
    INK: "ink",
    FAINT: "faint",
    PAPER: "paper",
}
# JupyterLab's own variables
_LAB = {INK: "--jp-ui-font-color1", PAPER: "--jp-layout-color0", FAINT: "--jp-border-color2"}


def _style() -> Any:
    return {
        "figure.facecolor": "none",
        "savefig.facecolor": "none",
        "axes.facecolor": "none",
        "font.family": list(typeface.families()),
        "font.size": 9.5,
        "axes.titlesize": 10.5,
        "axes.titleweight": 600,
        "axes.titlelocation": "left",
        "axes.titlepad": 10.0,
        "axes.labelsize": 9.5,
        "axes.labelpad": 5.0,
        "axes.edgecolor": CHANCE,
        "axes.labelcolor": INK,
        "axes.titlecolor": INK,
        "axes.linewidth": 0.7,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.unicode_minus": True,
        "axes.prop_cycle": cycler(color=[WEIGHTS, CONTEXT, EXACT, CHANCE]),
        "text.color": INK,
        "xtick.color": CHANCE,
        "ytick.color": CHANCE,
        "xtick.labelcolor": INK,
        "ytick.labelcolor": INK,
        "xtick.labelsize": 9.0,
        "ytick.labelsize": 9.0,
        "xtick.major.width": 0.7,
        "ytick.major.width": 0.7,
        "xtick.major.size": 3.0,
        "ytick.major.size": 3.0,
        "xtick.minor.size": 0.0,
        "ytick.minor.size": 0.0,
        "lines.linewidth": 1.6,
        "lines.markersize": 4.5,
        "lines.solid_capstyle": "round",
        "patch.linewidth": 0.0,
        "legend.frameon": False,
        "legend.fontsize": 9.0,
        "svg.fonttype": "none",  # text stays text: it can be searched, selected, read aloud
        "svg.hashsalt": "companion",
    }


def new_figure(
    width: float = 6.3,
    height: float = 3.2,
    columns: int = 1,
    rows: int = 1,
    shares: Sequence[float] | None = None,
) -> tuple[Figure, Any]:
    """A styled figure of `width` x `height` inches, and its Axes: an array of them where columns > 1, a table where
    rows > 1. `shares` are the widths of the columns, relative to each other.

    From here on matplotlib draws in the book's style, because titles and texts take theirs when they are made.
    The figure belongs to no window; hand it to `to_svg` or `show`.
    """
    mpl.rcParams.update(_style())
    figure = Figure(figsize=(width, height), layout="constrained")
    axes = figure.subplots(rows, columns, squeeze=False, width_ratios=shares)
    for one in axes.flat:
        _few_ticks(one)
    if rows > 1:
        return figure, axes
    return figure, axes[0] if columns > 1 else axes[0, 0]


def _few_ticks(axes: Axes) -> None:
    axes.locator_params(nbins=5)
    for spine in axes.spines.values():
        spine.set_position(("outward", 4))


def to_svg(figure: Figure, alt: str) -> str:
    """One inline SVG for light page, dark page and JupyterLab; `alt` says what is to be seen in it.

    The same figure gives the same bytes; ids are unique to the figure, so that several live in one page.
    """
    if not alt.strip():
        raise ValueError("a figure needs a sentence that says what it shows (alt)")
    buffer = io.StringIO()
    with mpl.rc_context(_style()):
        figure.savefig(
            buffer, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None}
        )
    svg = buffer.getvalue()
    svg = svg[svg.index("<svg") :]
    # Its metadata say nothing here, and its style sheet would reach the whole page.
    svg = re.sub(r"<(metadata|style)\b.*?</\1>\s*", "", svg, flags=re.DOTALL)
    return _opened(_with_unique_ids(_with_variables(svg)), alt)


def _with_variables(svg: str) -> str:
    """Each ink as a CSS variable (matplotlib writes colors in style attributes, where variables work)."""

    def variable(found: re.Match[str]) -> str:
        color = found[0].lower()
        if color not in _NAMES:
            return found[0]
        fallback = f"var({_LAB[color]}, {color})" if color in _LAB else color
        return f"var(--tt-{_NAMES[color]}, {fallback})"

    return re.sub(r"#[0-9a-fA-F]{6}\b", variable, svg)


def _with_unique_ids(svg: str) -> str:
    prefix = "f" + hashlib.sha256(svg.encode()).hexdigest()[:8]
    svg = re.sub(r'\bid="([^"]+)"', rf'id="{prefix}-\1"', svg)
    svg = re.sub(r"url\(#([^)]+)\)", rf"url(#{prefix}-\1)", svg)
    return re.sub(r'xlink:href="#([^"]+)"', rf'href="#{prefix}-\1"', svg)


def _opened(svg: str, alt: str) -> str:
    """The root element: scalable, named for screen readers, without matplotlib's fixed size."""
    box = re.search(r'viewBox="([^"]+)"', svg)
    if box is None:
        raise ValueError("matplotlib wrote an SVG without a viewBox")
    width = float(box[1].split()[2])
    name = "t" + hashlib.sha256((alt + svg).encode()).hexdigest()[:8]
    kind = "tt wide" if width > _TEXT else "tt"
    style = f"width:100%;max-width:{width * 1.5:.0f}px;height:auto;background:transparent"
    root = (
        f'<svg class="{kind}" xmlns="http://www.w3.org/2000/svg" viewBox="{box[1]}" role="img" '
        f'aria-labelledby="{name}" style="{style};stroke-linejoin:round;stroke-linecap:butt">'
        f'<title id="{name}">{html.escape(alt)}</title>'
    )
    return root + svg[svg.index(">") + 1 :].strip()


class Shown:
    """A figure as a notebook and the page display it."""

    def __init__(self, svg: str, caption: str | None) -> None:
        self.svg, self.caption = svg, caption

    def _repr_html_(self) -> str:
        caption = f"<figcaption>{self.caption}</figcaption>" if self.caption else ""
        return f'<figure class="drawn">{self.svg}{caption}</figure>'


def show(figure: Figure, alt: str, caption: str | None = None) -> Shown:
    """The figure as the value of a notebook cell. `caption` may hold inline HTML."""
    return Shown(to_svg(figure, alt), caption)


def contrast(first: str, second: str) -> float:
    """The contrast ratio of two colors, from 1 to 21 (WCAG 2.2, relative luminance)."""

    def luminance(color: str) -> float:
        channels = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
        linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
        return float(linear @ [0.2126, 0.7152, 0.0722])

    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)
