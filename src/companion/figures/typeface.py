"""The page's sans typeface for matplotlib, so that text in a figure is measured in the face it is shown in.

Browsers get the typeface as woff2; matplotlib wants TrueType outlines, which are unpacked once from the
vendored woff files into a cache folder.
"""

import dataclasses
import tempfile
from functools import cache
from pathlib import Path

import matplotlib as mpl
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from matplotlib import font_manager

FAMILY = "Source Sans 3"
_VENDORED = Path(__file__).resolve().parents[3] / "web" / "vendor" / "source-sans-3"
_FILES = {400: "source-sans-3-latin-400-normal", 600: "source-sans-3-latin-600-normal"}


def _cache_folder() -> Path:
    return Path(mpl.get_cachedir()) / "companion-typefaces"


def _truetype(name: str) -> Path:
    """The TrueType file for one vendored woff file, made where it is missing."""
    target = _cache_folder() / f"{name}.ttf"
    if not target.exists():
        font = TTFont(_VENDORED / f"{name}.woff")
        font.flavor = None
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as draft:
            font.save(draft.name)
        Path(draft.name).replace(target)
    return target


@cache
def families() -> tuple[str, ...]:
    """The families for figures: the page's own, then matplotlib's for signs it lacks or where it cannot be had."""
    try:
        own = {weight: str(_truetype(name)) for weight, name in _FILES.items()}
    except OSError:
        own = {}
    _offer(own)
    return (FAMILY, "DejaVu Sans") if own else ("DejaVu Sans",)


def _offer(own: dict[int, str]) -> None:
    """Make the faces known; semibold and bold stand in for each other, or matplotlib prints a warning."""
    fonts = font_manager.fontManager.ttflist
    for weight, file in {**own, **({700: own[600]} if own else {})}.items():
        fonts.append(font_manager.FontEntry(fname=file, name=FAMILY, weight=weight, size="scalable"))
    bold = [font for font in fonts if font.name == "DejaVu Sans" and font.weight in (700, "bold")]
    fonts += [dataclasses.replace(font, weight=600) for font in bold]
