"""The drawing style: one SVG for both modes, colors that can be told apart, text that stays text."""

import re
import warnings
from itertools import combinations
from xml.etree import ElementTree

import numpy as np
import pytest

from companion.figures import ink
from companion.lab.paths import ROOT

PAPER = {"light": ink.PAPER, "dark": ink.DARK[ink.PAPER]}
TOKENS = (ROOT / "web" / "static" / "companion" / "tokens.css").read_text()


def drawn(label: str = "frozen network") -> str:
    figure, axes = ink.new_figure()
    axes.plot([0, 1, 2], [0.1, 0.5, 0.6], color=ink.CONTEXT)
    axes.axhline(0.2, color=ink.CHANCE, linestyle=ink.DASHED)
    axes.text(2, 0.6, label, color=ink.CONTEXT, weight=600)
    axes.set(xlabel="step", ylabel="reward", title="A title")
    return ink.to_svg(figure, alt="Reward climbs from .1 to .6")


def test_every_color_becomes_a_variable_with_itself_as_fallback():
    svg = drawn()
    found = set(re.findall(r"#[0-9a-f]{6}\b(?!-)", svg, flags=re.IGNORECASE))
    assert ink.CONTEXT in found
    for color in found:
        assert not re.search(rf"(?<!, ){color}\b(?!-)", svg), f"{color} stands outside of a variable"


def test_text_stays_text_in_the_typeface_of_the_page():
    root = ElementTree.fromstring(drawn())
    texts = list(root.iter("{http://www.w3.org/2000/svg}text"))
    assert {"frozen network", "step", "reward", "A title"} <= {node.text.strip() for node in texts}
    assert all("Source Sans 3" in node.get("style") for node in texts)


def test_the_picture_says_what_it_shows_and_scales():
    root = ElementTree.fromstring(drawn())
    title = root.find("{http://www.w3.org/2000/svg}title")
    assert root.get("role") == "img"
    assert title.text == "Reward climbs from .1 to .6"
    assert root.get("aria-labelledby") == title.get("id")
    assert root.get("width") is None
    assert root.get("viewBox") == "0 0 453.6 230.4"


def test_two_figures_share_no_id_and_no_style_sheet():
    first, second = drawn(), drawn("another")
    ids = [set(re.findall(r'\bid="([^"]+)"', svg)) for svg in (first, second)]
    assert ids[0]
    assert not ids[0] & ids[1]
    for svg in (first, second):
        used = re.findall(r'url\(#([^)]+)\)|href="#([^"]+)"', svg)
        assert {a or b for a, b in used} <= set(re.findall(r'\bid="([^"]+)"', svg))
        assert "<style" not in svg


def test_the_same_figure_gives_the_same_bytes():
    assert drawn() == drawn()


def test_a_figure_without_a_description_is_refused():
    figure, _ = ink.new_figure()
    with pytest.raises(ValueError, match="alt"):
        ink.to_svg(figure, alt="  ")


def test_drawing_prints_no_warning_for_greek_and_bold(caplog):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figure, axes = ink.new_figure()
        axes.plot([0, 1], [0, 1])
        axes.text(0.5, 0.5, "ρ ≥ 0.9 → ✓", weight="bold")
        axes.text(0.5, 0.2, "ρ", weight=600)
        ink.to_svg(figure, alt="signs")
    assert not caplog.records


def test_a_shown_figure_is_a_figure_with_its_caption():
    figure, _ = ink.new_figure()
    shown = ink.show(figure, alt="nothing", caption="Nothing <em>yet</em>.")._repr_html_()
    assert shown.startswith("<figure")
    assert "<figcaption>Nothing <em>yet</em>.</figcaption></figure>" in shown


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("color", [ink.WEIGHTS, ink.CONTEXT, ink.EXACT, ink.CHANCE, ink.INK])
def test_labels_can_be_read_on_the_page(mode, color):
    shown = color if mode == "light" else ink.DARK[color]
    assert ink.contrast(shown, PAPER[mode]) >= 4.5


def test_contrast_agrees_with_the_extremes():
    assert ink.contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert ink.contrast("#777777", "#777777") == 1.0


# Machado, Oliveira, Fernandes (2009), severity 1.0, on linear RGB.
BLINDNESS = {
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}


def lab(color, matrix):
    """CIELAB of a color as somebody with the given color vision sees it."""
    rgb = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    linear = np.clip(np.array(matrix) @ linear, 0, 1)
    to_xyz = [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
    x, y, z = np.cbrt(np.array(to_xyz) @ linear / [0.95047, 1.0, 1.08883])
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("vision", BLINDNESS)
@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_meanings_can_be_told_apart_by_everybody(vision, mode):
    inks = [ink.WEIGHTS, ink.CONTEXT, ink.EXACT]
    shown = [color if mode == "light" else ink.DARK[color] for color in inks]
    for one, other in combinations(shown, 2):
        distance = np.linalg.norm(lab(one, BLINDNESS[vision]) - lab(other, BLINDNESS[vision]))
        assert distance > 18, (one, other)


def test_the_style_sheet_has_the_same_colors():
    light, dark = TOKENS.split('[data-theme="dark"]')
    names = {
        "weights": ink.WEIGHTS,
        "context": ink.CONTEXT,
        "exact": ink.EXACT,
        "chance": ink.CHANCE,
        "ink": ink.INK,
    }
    for name, color in {**names, "faint": ink.FAINT}.items():
        assert f"--tt-{name}: {color};" in light
        assert f"--tt-{name}: {ink.DARK[color]};" in dark
    assert f"--paper: {ink.PAPER};" in light
    assert f"--paper: {ink.DARK[ink.PAPER]};" in dark
