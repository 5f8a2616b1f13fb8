"""Everything a page loads comes from this checkout, over http and from a double-clicked file alike.

Style sheets and scripts of the book lie in web/static, what others made in web/vendor (with a manifest of versions,
licenses and sha256). Typefaces go into one style sheet as data, because browsers refuse font files to a page that was
opened from disk.
"""

import base64
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config

from companion.lab.paths import ROOT

WEB = ROOT / "web"
VENDOR = WEB / "vendor"
STYLES = ("tokens", "page", "text", "code", "evidence", "front", "print")

# family, style, range of weights, file under web/vendor
FACES = (
    ("Source Serif 4", "normal", "200 900", "source-serif-4/source-serif-4-latin-opsz-normal.woff2"),
    ("Source Serif 4", "italic", "200 900", "source-serif-4/source-serif-4-latin-wght-italic.woff2"),
    ("Source Sans 3", "normal", "200 900", "source-sans-3/source-sans-3-latin-wght-normal.woff2"),
    ("Source Sans 3", "italic", "200 900", "source-sans-3/source-sans-3-latin-wght-italic.woff2"),
    ("Source Code Pro", "normal", "200 900", "source-code-pro/source-code-pro-latin-wght-normal.woff2"),
)
_UNWANTED = ("thebe", "require.min.js", "html-manager", "pygments.css", "sphinx-book-theme")


def typefaces() -> str:
    """The style sheet that carries the book's typefaces."""

    def face(family: str, style: str, weights: str, file: str) -> str:
        data = base64.b64encode((VENDOR / file).read_bytes()).decode()
        source = f'src: url("data:font/woff2;base64,{data}") format("woff2")'
        return f'@font-face {{ font-family: "{family}"; font-style: {style}; font-weight: {weights}; {source} }}\n'

    return "".join(face(*described) for described in FACES)


def configure(app: Sphinx, config: Config) -> None:
    """On config-inited: static folders, MathJax and no widget scripts."""
    config.html_static_path.append(str(WEB / "static"))
    config.mathjax_path = "companion/mathjax/tex-chtml.js"
    config.html_theme_options = {}  # Jupyter Book fills in those of another theme
    config.nb_ipywidgets_js = {}  # the static page shows figures; widgets live in JupyterLab


def register(app: Sphinx) -> None:
    """On builder-inited: link the book's style sheets (after those of other extensions) and its script."""
    app.add_css_file("companion/typefaces.css", priority=100)
    for place, name in enumerate(STYLES):
        app.add_css_file(f"companion/{name}.css", priority=900 + place)
    app.add_js_file("companion/book.js", defer="defer")


def copy_vendored(app: Sphinx) -> None:
    """On env-updated, before pages are written: lay MathJax and the typefaces into the site."""
    target = Path(app.outdir) / "_static" / "companion"
    for file in sorted((VENDOR / "mathjax").rglob("*")):
        if file.is_file():
            _copy(file.read_bytes(), target / "mathjax" / file.relative_to(VENDOR / "mathjax"))
    _copy(typefaces().encode(), target / "typefaces.css")


def _copy(data: bytes, target: Path) -> None:
    if not target.exists() or target.read_bytes() != data:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)


def keep_local(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """On html-page-context: drop what asks the network, what no button needs, and MathJax where there is no formula."""
    # Sphinx's own question, has_equations(), counts the pages below this one too.
    formulas = app.env.get_domain("math").data["has_equations"].get(pagename, False)
    unwanted = _UNWANTED if formulas else (*_UNWANTED, "mathjax")
    for kind in ("script_files", "css_files"):
        context[kind] = [asset for asset in context.get(kind, []) if not _mentions(asset, unwanted)]


def _mentions(asset: Any, words: tuple[str, ...]) -> bool:
    described = (
        f"{getattr(asset, 'filename', asset) or ''} {getattr(asset, 'attributes', {}).get('body', '')}"
    )
    return any(word in described.lower() for word in words)
