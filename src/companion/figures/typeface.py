"""The page's sans typeface for matplotlib, so that text in a figure is measured in the face it is shown in.

Browsers get the typeface as woff2; matplotlib wants TrueType outlines, which are unpacked from the vendored woff
files once into a cache folder.
"""

import os
import tempfile
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont
from matplotlib import font_manager

FAMILY = "Source Sans 3"
_VENDORED = Path(__file__).resolve().parents[3] / "web" / "vendor" / "source-sans-3"
_FILES = ("source-sans-3-latin-400-normal", "source-sans-3-latin-600-normal")


def _cache_folder() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "two-timescales-companion" / "typefaces"


def _truetype(name: str) -> Path:
    """The TrueType file for one vendored woff file, made where it is missing."""
    target = _cache_folder() / f"{name}.ttf"
    if not target.exists():
        font = TTFont(_VENDORED / f"{name}.woff")
        font.flavor = None
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as draft:
            font.save(draft.name)
        os.replace(draft.name, target)
    return target


@cache
def families() -> tuple[str, ...]:
    """The font families for figures, the page's own first; matplotlib's where it cannot be had."""
    try:
        for name in _FILES:
            font_manager.fontManager.addfont(_truetype(name))
    except OSError:
        return ("DejaVu Sans",)
    return (FAMILY, "DejaVu Sans")
