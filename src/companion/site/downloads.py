"""Files that pages offer: the executed notebook of a chapter, the result files, all results as one CSV."""

import csv
import io
import shutil
from pathlib import Path
from typing import Any

import nbformat
from jupyter_cache import get_cache
from jupyter_cache.base import JupyterCacheAbstract
from nbformat import NotebookNode
from sphinx.application import Sphinx

from companion.lab import paths, store
from companion.lab.store import Result


def offer_notebook(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """On html-page-context: a chapter links its notebook, which lies beside it."""
    if pagename.startswith("chapters/"):
        context["notebook_file"] = pagename.rsplit("/", 1)[-1] + ".ipynb"


def lay_out(app: Sphinx, failure: Exception | None) -> None:
    """On build-finished: copy executed notebooks and results into the site."""
    if failure is not None or app.builder.name != "html":
        return
    site = Path(app.outdir)
    cache = get_cache(app.env.mystnb_config.execution_cache_path)  # type: ignore[attr-defined]
    for notebook in (site.parent / "jupyter_execute" / "chapters").glob("*.ipynb"):
        nbformat.write(
            executed(nbformat.read(notebook, as_version=4), cache), site / "chapters" / notebook.name
        )
    for file in paths.RESULTS.glob("*/v*/full.*"):
        target = site / "results" / file.relative_to(paths.RESULTS)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)
    (site / "results").mkdir(exist_ok=True)
    (site / "results" / "all.csv").write_text(as_csv(latest()), encoding="utf-8")


def executed(notebook: NotebookNode, cache: JupyterCacheAbstract) -> NotebookNode:
    """The notebook with its outputs: what myst-nb lays out lacks them when they come from the cache."""
    try:
        return cache.merge_match_into_notebook(notebook)[1]
    except KeyError:
        return notebook


def latest(results: Path = paths.RESULTS) -> list[Result]:
    """The full result of each experiment's newest measured version."""
    newest: dict[str, int] = {}
    for file in results.glob("*/v*/full.json"):
        id, version = file.parts[-3], int(file.parts[-2].removeprefix("v"))
        newest[id] = max(version, newest.get(id, 0))
    found = [store.load(id, version, results=results) for id, version in sorted(newest.items())]
    return [result for result in found if result is not None]


def as_csv(results: list[Result]) -> str:
    """One row for each measured quantity and arm of every current result."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(
        ["id", "version", "claim", "verdict", "arm", "quantity", "unit", "mean", "low", "high", "per_seed"]
    )
    for result in results:
        document = result.document
        for name, stored in document["measurements"].items():
            arm, quantity = name.rsplit(".", 1)
            low, high = stored["ci95"] or ("", "")
            row = [document[key] for key in ("id", "version", "claim", "verdict")]
            seeds = " ".join(map(repr, stored["per_seed"]))
            writer.writerow([*row, arm, quantity, stored["unit"], stored["mean"], low, high, seeds])
    return text.getvalue()
