"""Write requirements.lock and environment.yml from pyproject.toml, or check that they still agree with it.

pyproject.toml is the one list of dependencies. The lock pins the whole tree for Python 3.11 with hashes, for every
platform, and keeps the pins it has unless asked to upgrade. Torch itself stays out of it: its CPU and CUDA builds carry
the same version and different hashes, so it is installed first, by pip. What torch depends on is locked.
"""

import argparse
import re
import subprocess
import sys
import tempfile
import tomllib
from importlib.metadata import requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.lock"
CONDA = ROOT / "environment.yml"
PYTHON = "3.11"
PLATFORMS = {"linux": "posix", "darwin": "posix", "win32": "nt"}

LOCK_HEADER = """\
# Every dependency but torch, pinned for Python 3.11 on any platform. Written by `make lock` from pyproject.toml.
"""
CONDA_HEADER = """\
# For conda and Binder. Written by `make lock` from pyproject.toml; `make book` needs none of it.
name: two-timescales
channels:
  - conda-forge
  - nodefaults
dependencies:
"""


def project() -> dict:
    """The [project] and [build-system] tables of pyproject.toml, as one dictionary."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        document = tomllib.load(file)
    return document["project"] | {"build": document["build-system"]["requires"]}


def declared() -> list[Requirement]:
    """What pyproject.toml asks for directly: to build, to read and run the book, and to test it."""
    tables = project()
    lines = [*tables["build"], *tables["dependencies"], *tables["optional-dependencies"]["test"]]
    return [Requirement(line) for line in lines]


def pins(text: str) -> dict[str, list[tuple[Requirement, int]]]:
    """The pins of a lock: normalized name -> (requirement, number of hashes); several where markers split a name."""
    found: dict[str, list[tuple[Requirement, int]]] = {}
    for entry in text.replace("\\\n", " ").splitlines():
        if entry.strip() and not entry.startswith("#"):
            words, *hashes = entry.split("--hash=sha256:")
            pin = Requirement(words)
            found.setdefault(canonicalize_name(pin.name), []).append((pin, len(hashes)))
    return found


def serves(entry: str) -> bool:
    """Whether an entry of the lock is installed under Python 3.11 on any platform; uv also locks later Pythons."""
    marker = Requirement(entry.split("\\")[0]).marker
    machines = (
        {
            "python_full_version": f"{PYTHON}.{patch}",
            "python_version": PYTHON,
            "sys_platform": name,
            "os_name": kind,
        }
        for patch in (0, 99)
        for name, kind in PLATFORMS.items()
    )
    return marker is None or any(map(marker.evaluate, machines))


def resolve(upgrade: bool) -> str:
    """Let uv resolve the tree without torch, starting from the pins already in the lock."""
    torch_needs = [line for line in requires("torch") or [] if "extra ==" not in line]
    with tempfile.TemporaryDirectory() as folder:
        wanted, excluded, output = (
            Path(folder) / name for name in ("wanted.in", "excluded.in", "locked.txt")
        )
        wanted.write_text("\n".join([*torch_needs, *project()["build"]]))
        excluded.write_text("torch\n")
        if LOCK.exists() and not upgrade:
            output.write_text(LOCK.read_text())  # uv prefers the versions it finds in its output file
        command = [
            Path(sys.executable).with_name("uv"),
            "pip",
            "compile",
            "pyproject.toml",
            wanted,
            "--quiet",
        ]
        command += ["--extra", "test", "--python-version", PYTHON, "--universal", "--generate-hashes"]
        command += ["--excludes", excluded, "--no-header", "--no-annotate", "--output-file", output]
        subprocess.run([str(word) for word in command], cwd=ROOT, check=True)
        entries = re.findall(r"^\w.*\n(?: .*\n)*", output.read_text(), re.MULTILINE)
    return LOCK_HEADER + "".join(entry for entry in entries if serves(entry))


def conda_environment() -> str:
    """environment.yml: Python from conda, the rest of pyproject.toml's list from pip."""
    lines = [f"  - python={PYTHON}", "  - pip", "  - pip:"]
    lines += [f'      - "{requirement}"' for requirement in project()["dependencies"]]
    return CONDA_HEADER + "\n".join([*lines, "      - --editable .", ""])


def complaints() -> list[str]:
    """What is wrong with the two files, a sentence each; empty when they agree with pyproject.toml."""
    if not LOCK.exists() or not CONDA.exists():
        return ["requirements.lock or environment.yml is missing."]
    found = (
        [] if CONDA.read_text() == conda_environment() else ["environment.yml differs from pyproject.toml."]
    )
    locked = pins(LOCK.read_text())
    for wish in declared():
        versions = locked.get(canonicalize_name(wish.name), [])
        if wish.name == "torch":
            found += ["requirements.lock holds torch, which is installed apart."] if versions else []
        elif not versions:
            found.append(f"requirements.lock lacks {wish.name}.")
        for pin, _ in versions:
            version = next(iter(pin.specifier)).version
            if not wish.specifier.contains(version, prereleases=True):
                found.append(f"requirements.lock pins {pin.name} {version}, pyproject.toml asks for {wish}.")
    found += [
        f"requirements.lock has no hash for {name}."
        for name, rows in locked.items()
        if not all(n for _, n in rows)
    ]
    return found


def main() -> int:
    """Write both files, or with --check say what is wrong with them and exit 1."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit 1 when a file is out of date"
    )
    parser.add_argument(
        "--upgrade", action="store_true", help="let every pin move to the newest version allowed"
    )
    options = parser.parse_args()
    if options.check:
        found = complaints()
        print(
            "\n".join(
                [*found, "Run make lock."] if found else ["requirements.lock and environment.yml agree."]
            )
        )
        return 1 if found else 0
    LOCK.write_text(resolve(options.upgrade))
    CONDA.write_text(conda_environment())
    print("wrote requirements.lock and environment.yml")
    return 0


if __name__ == "__main__":
    sys.exit(main())
