"""Outputs follow the code and the results they show.

The notebook cache keys on the cells alone, so that an edit in src/ or results/ would leave stale outputs. Here the
cache lives in a folder named by a digest of both: when it moves, every chapter runs again; when only prose moves,
nothing does.
"""

import hashlib
import shutil
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from companion.lab.paths import ROOT

_WATCHED = (
    *("src/**/*.py", "src/**/*.toml", "src/**/*.json"),
    *("declarations/*.json", "results/*/v*/*.json", "results/*/v*/*.npz"),
    *("benchmarks/recorded/*.json", "checkpoints/manifest.json", "web/static/companion/live/*"),
)
_CITED = ("CITATION.cff", "_config.yml")  # what the pages of experiments show beyond that
_KEPT = 3  # folders of outputs that stay, so that going back to an earlier state runs nothing


def digest(root: Path = ROOT, patterns: tuple[str, ...] = _WATCHED) -> str:
    """Twelve hexadecimal digits that move with any source, declaration, result, record, kept network or live piece."""
    total = hashlib.sha256()
    for file in sorted({file for pattern in patterns for file in root.glob(pattern)}):
        total.update(
            file.relative_to(root).as_posix().encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest()
        )
    return total.hexdigest()[:12]


def pages_are_current(folder: Path) -> bool:
    """Whether the experiments' pages were written for the checkout as it is."""
    stamp = folder / ".stamp"
    return stamp.exists() and stamp.read_text() == digest(patterns=_WATCHED + _CITED)


def stamp_pages(folder: Path) -> None:
    """Note for which state of the checkout the experiments' pages were written."""
    (folder / ".stamp").write_text(digest(patterns=_WATCHED + _CITED))


def cache_folder(build: Path, now: str) -> Path:
    """The folder of executed notebooks for one digest; forgets all but the most recent few."""
    folder = build / ".executed" / now
    folder.mkdir(parents=True, exist_ok=True)
    folder.touch()
    newest_first = sorted(folder.parent.iterdir(), key=lambda other: other.stat().st_mtime, reverse=True)
    for old in newest_first[_KEPT:]:
        shutil.rmtree(old, ignore_errors=True)
    return folder


def use_fresh_cache(app: Sphinx) -> None:
    """Point the execution of notebooks at the folder for the present digest (on builder-inited, after myst-nb)."""
    now = digest()
    folder = cache_folder(Path(app.outdir).parent, now)
    app.env.mystnb_config = app.env.mystnb_config.copy(execution_cache_path=str(folder))  # type: ignore[attr-defined]
    app.env.companion_digest_now = now  # type: ignore[attr-defined]


def outdated(
    app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
) -> list[str]:
    """On env-get-outdated: the chapters and the front page, when code or results have moved."""
    now = env.companion_digest_now  # type: ignore[attr-defined]
    before, env.companion_digest = getattr(env, "companion_digest", None), now  # type: ignore[attr-defined]
    return (
        []
        if before == now
        else [doc for doc in env.found_docs if doc.startswith("chapters/") or doc == "index"]
    )
