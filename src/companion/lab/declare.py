"""The declaration file: what is said before anything is measured, committed in a commit of its own."""

from pathlib import Path

from companion.lab import paths, store
from companion.lab.errors import UsageError
from companion.lab.experiment import Experiment
from companion.lab.provenance import git


def declare(experiment: Experiment) -> Path:
    """Write the declaration; refuse to change one that is committed or already has a result."""
    path = paths.declaration_path(experiment.id, experiment.version)
    if path.exists() and path.read_bytes() != experiment.declaration_bytes():
        committed = git("cat-file", "-e", f"HEAD:{path.relative_to(paths.ROOT).as_posix()}") is not None
        measured = (paths.result_folder(experiment.id, experiment.version) / "full.json").exists()
        if committed or measured:
            raise UsageError(
                f"{path.name} is already declared otherwise: a changed declaration is a new version, "
                f"so set version={experiment.version + 1}."
            )
    store.write_atomically(path, experiment.declaration_bytes())
    return path


def is_declared(experiment: Experiment) -> bool:
    """Whether the declaration file exists and says exactly what the experiment now says."""
    path = paths.declaration_path(experiment.id, experiment.version)
    return path.exists() and path.read_bytes() == experiment.declaration_bytes()


def require_declared(experiment: Experiment) -> None:
    """Refuse a full run of what has not been declared, or was declared otherwise."""
    if not is_declared(experiment):
        raise UsageError(
            f"{experiment.id} v{experiment.version} is not declared as it stands: "
            f"run 'companion declare {experiment.id}' and commit the file before the full run."
        )


def first_commit(path: Path) -> str | None:
    """The commit in which a file first appeared, or None where git does not know it."""
    log = git("log", "--follow", "--diff-filter=A", "--format=%H", "--", str(path))
    return log.split("\n")[-1] if log else None


def declared_first(experiment: Experiment) -> bool | None:
    """Whether the declaration entered history before the result; None where history cannot tell."""
    if git("rev-parse", "--is-shallow-repository") != "false":
        return None
    declaration = first_commit(paths.declaration_path(experiment.id, experiment.version))
    result = first_commit(paths.result_folder(experiment.id, experiment.version) / "full.json")
    if result is None:
        return None  # not committed yet
    if declaration is None or declaration == result:
        return False
    return git("merge-base", "--is-ancestor", declaration, result) is not None


def disagreement(experiment: Experiment, result: store.Result) -> str | None:
    """A sentence saying how declaration and result disagree, or None."""
    path = paths.declaration_path(experiment.id, experiment.version)
    try:
        found = store.sha256(path.read_bytes())
    except OSError:
        return f"{path.name} is missing: restore it with 'git checkout'."
    if found != result.document["declaration_sha256"]:
        return f"{path.name} is not what {experiment.id} was measured under: restore it with 'git checkout'."
    if not is_declared(experiment):
        return f"The code of {experiment.id} no longer says what {path.name} declared: give it a new version."
    return None
