"""A full run happens in a git worktree of a clean HEAD, so that work on the checkout goes on meanwhile."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from companion.lab.errors import LabError, UsageError
from companion.lab.paths import ROOT
from companion.lab.provenance import git

_INSIDE = "COMPANION_WORKTREE"


def is_inside() -> bool:
    """Whether this process already runs from a worktree that `reexecute` made."""
    return os.environ.get(_INSIDE) == str(ROOT)


def at(commit: str) -> Path:
    """A worktree of the commit, made under _build/worktrees if it is not there yet."""
    folder = ROOT / "_build" / "worktrees" / commit[:12]
    if (folder / ".git").exists():
        return folder
    git("worktree", "prune")
    if git("worktree", "add", "--detach", "--force", str(folder), commit) is None:
        raise LabError(
            f"Commit {commit[:12]} cannot be checked out: fetch the full history (git fetch --unshallow)."
        )
    return folder


def environment(folder: Path) -> dict[str, str]:
    """This process's environment, with the package taken from the worktree."""
    return {**os.environ, "PYTHONPATH": str(folder / "src"), _INSIDE: str(folder)}


def reexecute(arguments: Sequence[str]) -> None:
    """Replace this process by `companion <arguments>` running from a worktree of HEAD."""
    head = git("rev-parse", "HEAD")
    if head is None:
        raise UsageError(
            "A full run needs the book as a git checkout with a commit: clone it instead of copying it."
        )
    folder = at(head)
    os.chdir(folder)
    sys.stdout.flush()
    os.execve(sys.executable, [sys.executable, "-m", "companion.cli", *arguments], environment(folder))
