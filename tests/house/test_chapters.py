"""Saving an untouched chapter in JupyterLab, as `make lab` configures it, leaves the file as it was."""

import json
import shutil
from pathlib import Path

from jupytext import TextFileContentsManager
from traitlets.config import Config

from companion.lab.paths import ROOT

CHAPTERS = ROOT / "chapters"
SETTINGS = Config(json.loads((ROOT / ".jupyter" / "jupyter_server_config.json").read_text()))
# What JupyterLab puts into every notebook it opens.
FROM_THE_KERNEL = {
    "kernelspec": {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"},
    "language_info": {"name": "python", "pygments_lexer": "ipython3", "version": "3.11"},
}


def save_in_jupyterlab(file: Path) -> None:
    """Open a chapter as a notebook, let the kernel describe itself, save."""
    contents = TextFileContentsManager(root_dir=str(file.parent), config=SETTINGS)
    model = contents.get(file.name, type="notebook")
    model["content"]["metadata"].update(FROM_THE_KERNEL)
    contents.save(model, file.name)


def test_saving_an_untouched_chapter_changes_nothing(tmp_path: Path) -> None:
    chapters = sorted(CHAPTERS.glob("*.md"))
    assert chapters
    for chapter in chapters:
        saved = tmp_path / chapter.name
        shutil.copy(chapter, saved)
        save_in_jupyterlab(saved)
        assert saved.read_text().splitlines() == chapter.read_text().splitlines(), chapter.name
