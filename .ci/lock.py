"""Write requirements.lock and environment.yml from pyproject.toml, or check that they still agree with it.

pyproject.toml is the one list of dependencies. The lock pins the whole tree for Python 3.11 with hashes, on any
platform, and keeps the pins it has unless asked to upgrade. Torch itself stays out of it: its CPU and CUDA builds
carry one version and different hashes, so it is installed first, by pip. What torch depends on is locked.
"""

import argparse
import re
import subprocess
import sys
import tempfile
import tomllib
from importlib.metadata import requires
from pathlib import Path
from typing import Any, NamedTuple

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.lock"
CONDA = ROOT / "environment.yml"
PYTHON = "3.11"
PLATFORMS = {"linux": "posix", "darwin": "posix", "win32": "nt"}

LOCK_HEADER = (
    "# Every dependency but torch, pinned for Python 3.11. Written by `make lock` from pyproject.toml.\n"
)
CONDA_HEADER = """\
# For conda and Binder. Written by `make lock` from pyproject.toml; `make book` needs none of it.
name: two-timescales
channels:
  - conda-forge
  - nodefaults
dependencies:
"""


class Pin(NamedTuple):
    """One entry of the lock: a requirement that names one version, and how many files may fulfil it."""

    requirement: Requirement
    hashes: int

    @property
    def name(self) -> str:
        """The package's name in its normal form."""
        return canonicalize_name(self.requirement.name)

    @property
    def version(self) -> str:
        """The pinned version."""
        return next(iter(self.requirement.specifier)).version


def project() -> dict[str, Any]:
    """The [project] table of pyproject.toml, with what the build needs under `build`."""
    document = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return {**document["project"], "build": document["build-system"]["requires"]}


def wishes() -> list[Requirement]:
    """What pyproject.toml asks for directly: to build the package, to read and run the book, to test it."""
    tables = project()
    lines = [*tables["build"], *tables["dependencies"], *tables["optional-dependencies"]["test"]]
    return [Requirement(line) for line in lines]


def entries(lock: str) -> list[str]:
    """The text of a lock, cut into its entries; the first line of each names the version."""
    return re.findall(r"^\w.*\n(?: .*\n)*", lock, re.MULTILINE)


def read(entry: str) -> Pin:
    """Understand one entry of a lock."""
    return Pin(Requirement(entry.splitlines()[0].rstrip("\\ ")), entry.count("--hash=sha256:"))


def serves(pin: Pin) -> bool:
    """Whether Python 3.11 on some platform installs this pin; uv also locks what only later Pythons take."""
    machines = (
        {"python_full_version": f"{PYTHON}.{patch}", "sys_platform": platform, "os_name": kind}
        for patch in (0, 99)
        for platform, kind in PLATFORMS.items()
    )
    marker = pin.requirement.marker
    return marker is None or any(marker.evaluate({"python_version": PYTHON} | each) for each in machines)


def resolve(upgrade: bool) -> str:
    """Let uv resolve the tree without torch; it prefers the pins it finds in its output file."""
    needed_by_torch = [line for line in requires("torch") or [] if "extra ==" not in line]
    uv = str(Path(sys.executable).with_name("uv"))
    options = (
        f"--universal --python-version {PYTHON} --extra test --generate-hashes --no-header --no-annotate"
    )
    with tempfile.TemporaryDirectory() as folder:
        also, without, output = (Path(folder) / name for name in ("also.in", "without.in", "out.lock"))
        also.write_text("\n".join([*needed_by_torch, *project()["build"]]))
        without.write_text("torch\n")
        output.write_text(LOCK.read_text() if LOCK.exists() and not upgrade else "")
        command = [uv, "pip", "compile", "--quiet", *options.split(), "--excludes", str(without)]
        subprocess.run([*command, "-o", str(output), "pyproject.toml", str(also)], cwd=ROOT, check=True)
        resolved = entries(output.read_text())
    return LOCK_HEADER + "".join(entry for entry in resolved if serves(read(entry)))


def conda_environment() -> str:
    """environment.yml: Python from conda, the rest of pyproject.toml's list from pip."""
    lines = [f"  - python={PYTHON}", "  - pip", "  - pip:"]
    lines += [f'      - "{requirement}"' for requirement in project()["dependencies"]]
    return CONDA_HEADER + "\n".join([*lines, "      - --editable .", ""])


def objections(lock: str) -> list[str]:
    """What speaks against a lock, a sentence each."""
    pins = [read(entry) for entry in entries(lock)]
    names = {pin.name for pin in pins}
    found = [f"requirements.lock has no hash for {pin.name}." for pin in pins if not pin.hashes]
    if "torch" in names:
        found.append("requirements.lock holds torch, which is installed apart.")
    for wish in wishes():
        name = canonicalize_name(wish.name)
        if name not in names | {"torch"}:
            found.append(f"requirements.lock lacks {name}.")
        found += [
            f"requirements.lock pins {name} {pin.version}, pyproject.toml asks for {wish.specifier}."
            for pin in pins
            if pin.name == name and not wish.specifier.contains(pin.version, prereleases=True)
        ]
    return found


def check() -> int:
    """Say what is out of date and how to mend it; exit code 1 when anything is."""
    found = objections(LOCK.read_text())
    if CONDA.read_text() != conda_environment():
        found.append("environment.yml differs from pyproject.toml.")
    print("\n".join([*found, "Run make lock."] if found else ["Both agree with pyproject.toml."]))
    return 1 if found else 0


def main() -> int:
    """Write both files, or with --check only look at them."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--check", action="store_true", help="write nothing, exit 1 when a file is out of date"
    )
    parser.add_argument(
        "--upgrade", action="store_true", help="let every pin move to the newest allowed version"
    )
    options = parser.parse_args()
    if options.check:
        return check()
    LOCK.write_text(resolve(options.upgrade))
    CONDA.write_text(conda_environment())
    print("lock: wrote requirements.lock and environment.yml")
    return 0


if __name__ == "__main__":
    sys.exit(main())
