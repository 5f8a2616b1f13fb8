"""What is connected to which of Sphinx's events. Each idea lives in a module of its own.

What needs the laboratory is loaded when its event comes and not before: with the models' libraries behind it, it takes
seconds to load, and an edit in prose needs none of it.
"""

import os
from collections.abc import Callable
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment

from companion.lab.provenance import git
from companion.site import (
    assets,
    barriers,
    bound,
    contents,
    directives,
    downloads,
    freshness,
    passages,
    still,
    terms,
    together,
)
from companion.widgets import loading


def setup(app: Sphinx) -> dict[str, Any]:
    """Sphinx calls this when it loads the extension."""
    app.add_html_theme("companion", str(assets.WEB / "theme"))
    app.add_directive("essay-outcome", directives.EssayOutcome)
    app.add_directive("essay-map", directives.EssayMap)
    app.add_directive("verdict-key", directives.VerdictKey)
    app.add_directive("benchmark", directives.Benchmark)
    app.add_directive("index-of-terms", terms.IndexOfTerms)
    app.add_node(terms.Pending)
    app.connect("config-inited", _one_thread)
    app.connect("config-inited", assets.configure)
    app.connect("config-inited", _experiment_pages, priority=100)  # before _toc.yml is resolved
    app.connect("builder-inited", assets.register)
    app.connect("builder-inited", freshness.use_fresh_cache, priority=900)  # after myst-nb has set its own
    app.connect("env-get-outdated", freshness.outdated)
    app.connect("env-before-read-docs", together.run_missing)
    app.connect("doctree-read", _order_of_experiments, priority=100)
    app.connect("doctree-read", still.drop_faceless)
    app.connect("doctree-resolved", terms.fill)
    app.connect("doctree-resolved", bound.bind, priority=900)  # after every reference has found its place
    app.connect("env-updated", _lay_assets)
    app.connect("env-updated", terms.outdated)
    app.connect("html-page-context", barriers.mend)
    app.connect("html-page-context", contents.show)
    app.connect("html-page-context", contents.name_chapters)
    app.connect("html-page-context", downloads.offer_notebook)
    app.connect("html-page-context", _commit)
    app.connect("html-page-context", _tags)
    app.connect("html-page-context", loading.load)
    app.connect("html-page-context", bound.lay_out, priority=980)
    app.connect("html-page-context", assets.keep_local, priority=990)
    app.connect("build-finished", downloads.lay_out)
    app.connect("build-finished", passages.write)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def _late(module: str, function: str) -> Callable[..., Any]:
    """A function of a module that is loaded now."""
    handler: Callable[..., Any] = getattr(import_module(f"companion.site.{module}"), function)
    return handler


def _one_thread(app: Sphinx, config: Config) -> None:
    """Chapters run on one thread: their numbers and their times are stated for one."""
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
        os.environ.setdefault(name, "1")


def _experiment_pages(app: Sphinx, config: Config) -> None:
    folder = Path(app.srcdir) / "experiments"
    if not freshness.pages_are_current(folder):
        _late("experiment_pages", "write_all")(folder)
        freshness.stamp_pages(folder)


def _order_of_experiments(app: Sphinx, doctree: Any) -> None:
    if app.env.docname == app.config.root_doc:
        _late("experiment_pages", "order")(doctree)


def _lay_assets(app: Sphinx, env: BuildEnvironment) -> None:
    assets.copy_vendored(app)


def _tags(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    if pagename.startswith("experiments/"):
        _late("tags", "add")(pagename, context)


def _commit(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """The colophon names the commit that the page was built from."""
    context["commit"] = _head()


@cache
def _head() -> str | None:
    return git("rev-parse", "HEAD")
