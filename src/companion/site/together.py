"""Chapters run two at a time.

Sphinx reads one page after another and runs each notebook when it comes to it. Here the chapters that have no outputs
in the cache are run beforehand, two at a time, and their outputs put into the cache, where the reading then finds
them. A chapter that fails is left out: the ordinary reading runs it again and reports the error with its place.
"""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from jupyter_cache.executors.utils import single_nb_execution
from myst_nb.core.read import create_nb_reader
from nbformat import NotebookNode
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

_AT_A_TIME = 2


def run_missing(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """On env-before-read-docs: fill the cache for the chapters that are about to be read."""
    settings = env.mystnb_config  # type: ignore[attr-defined]
    if settings.execution_mode != "cache":
        return
    cache = get_cache(settings.execution_cache_path)
    chapters = [Path(env.doc2path(doc)) for doc in docnames if doc.startswith("chapters/")]
    found = [(path, notebook) for path in chapters if (notebook := _read(path, env)) is not None]
    missing = [(path, notebook) for path, notebook in found if not _is_cached(cache, notebook)]
    if len(missing) < 2:
        return
    with ThreadPoolExecutor(_AT_A_TIME) as pool:
        finished = pool.map(lambda item: _run(item[0], item[1], settings.execution_timeout), missing)
        for (path, notebook), done in zip(missing, finished, strict=True):
            if done.err is None:
                bundle = CacheBundleIn(notebook, str(path), data={"execution_seconds": done.time})
                cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)


def _read(path: Path, env: BuildEnvironment) -> NotebookNode | None:
    """The notebook that myst-nb will make of a page, or None for a page without cells."""
    text = path.read_text(encoding="utf-8")
    reader = create_nb_reader(str(path), env.myst_config, env.mystnb_config, text)  # type: ignore[attr-defined]
    return None if reader is None else reader.read(text)


def _is_cached(cache: Any, notebook: NotebookNode) -> bool:
    try:
        cache.match_cache_notebook(notebook)
    except KeyError:
        return False
    return True


def _run(path: Path, notebook: NotebookNode, timeout: int) -> Any:
    """Run a notebook in its own kernel; outputs are filled into it."""
    return single_nb_execution(
        notebook, cwd=str(path.parent), allow_errors=False, timeout=timeout, meta_override=True
    )
