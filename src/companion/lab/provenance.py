"""Where and on what a result was measured. A fixed list of fields: the environment itself is never stored."""

import platform
import subprocess
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from companion.lab.paths import ROOT

_PACKAGES = ("numpy", "numba", "scipy", "torch", "transformers", "safetensors")
_ISA = ("avx2", "fma", "avx512f", "avx512_vnni", "avx512_bf16", "amx_tile", "asimd")


def git(*arguments: str, cwd: Path = ROOT) -> str | None:
    """A git command's output, or None where there is no git, no repository, or the command fails."""
    try:
        done = subprocess.run(["git", *arguments], cwd=cwd, capture_output=True, text=True, check=False)
    except OSError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def _cpu() -> tuple[str, list[str]]:
    """The processor's name and those of its instruction sets that change the bits of a matrix product."""
    info = Path("/proc/cpuinfo")
    if not info.exists():
        return platform.processor() or platform.machine(), []
    lines = dict(line.split(":", 1) for line in info.read_text().split("\n\n")[0].splitlines() if ":" in line)
    fields = {key.strip(): value.strip() for key, value in lines.items()}
    flags = set((fields.get("flags") or fields.get("Features") or "").split())
    return fields.get("model name") or platform.machine(), [flag for flag in _ISA if flag in flags]


def _versions() -> dict[str, str]:
    found = {}
    for name in _PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def now() -> str:
    """The time in UTC, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def describe(
    sources_sha256: str, device: str, started: str, seconds: float, cpu_seconds: float
) -> dict[str, Any]:
    """The provenance block of a result file. `seconds` is wall time, `cpu_seconds` the sum over units."""
    cpu, isa = _cpu()
    status = git("status", "--porcelain", "--untracked-files=no")
    return {
        "commit": git("rev-parse", "HEAD"),
        "dirty": None if status is None else bool(status),
        "sources_sha256": sources_sha256,
        "python": platform.python_version(),
        "packages": _versions(),
        "platform": platform.platform(terse=True),
        "cpu": cpu,
        "isa": isa,
        "threads": 1,
        "device": device,
        "started": started,
        "seconds": round(seconds, 3),
        "cpu_seconds": round(cpu_seconds, 3),
    }
