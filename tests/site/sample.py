"""A made-up experiment with made-up results, for tests of what pages show."""

from dataclasses import dataclass, replace

import numpy as np
from matplotlib.figure import Figure

from companion.figures import ink
from companion.lab import assemble
from companion.lab.criteria import Above
from companion.lab.experiment import Experiment, Quantity
from companion.lab.store import Result
from companion.lab.streams import Streams
from companion.site.evidence import Evidence


@dataclass(frozen=True)
class Settings:
    steps: int = 10
    state: str = "kept"


def measure(settings: Settings, streams: Streams) -> dict[str, float]:
    raise AssertionError("a page measures nothing")


def learning_curves(result: Result) -> Figure:
    """Reward over an episode with the weights frozen; each thin line is one seed."""
    figure, axes = ink.new_figure()
    for curve in result.array("curve"):
        axes.plot(curve, color=ink.CONTEXT, linewidth=0.7, alpha=0.6)
    axes.set_xlabel("step")
    return figure


EXPERIMENT = Experiment(
    id="clocks-sample",
    version=2,
    title="Does a frozen network learn within an episode?",
    claim="C1.2",
    also=("C1.1",),
    chapter="two-clocks",
    question="With its weights fixed, does the network's return rise over an episode as the best player's does?",
    hypothesis="Gradient descent has built a learner: the frozen network closes most of the gap to the optimum.",
    refuted_when="The frozen network earns no more than one whose memory is wiped at every step.",
    criterion=Above("gap_closed", margin=0.8),
    arms={"main": {}, "wiped": {"state": "wiped"}},
    sabotage="wiped",
    informed_by="pilot",
    scales={"smoke": Settings(1), "live": Settings(5), "full": Settings()},
    quantities={
        "gap_closed": Quantity(
            "share", "the part of the distance from chance to the optimum that the return covers"
        ),
        "reward": Quantity("points", "the return of one episode"),
    },
    toy="A recurrent network of 3 thousand parameters on bandits with five arms.",
    lineage="Replicates the bandits of Duan et al. (2016) at a smaller size.",
    cost="ten minutes on one thread.",
    measure=measure,
    figure=learning_curves,
)

PROVENANCE = {
    "commit": "0123456789abcdef0123456789abcdef01234567",
    "dirty": False,
    "sources_sha256": "ab" * 32,
    "python": "3.11.2",
    "packages": {"numpy": "2.3.0", "torch": "2.13.0"},
    "platform": "Linux-6.1",
    "cpu": "A processor",
    "isa": ["avx2"],
    "threads": 1,
    "device": "cpu",
    "started": "2026-11-23T10:00:00Z",
    "seconds": 640.0,
    "cpu_seconds": 612.5,
}


def result(main: float = 0.94, wiped: float = 0.1, seeds: int = 10) -> Result:
    """A full result whose arms scatter around the given shares."""
    draw = np.random.default_rng(5)
    documents = {
        (arm, seed): {
            "values": {
                "gap_closed": level + 0.02 * draw.normal(),
                "reward": 5.0 + 1.7 * level + 0.03 * draw.normal(),
                "curve": {"array": level * (1 - np.exp(-np.arange(10) / 3)) + 0.01 * draw.normal(size=10)},
            }
        }
        for arm, level in {"main": main, "wiped": wiped}.items()
        for seed in range(seeds)
    }
    return assemble.assemble(EXPERIMENT, "full", range(seeds), documents, PROVENANCE)


def measured(**levels: float) -> Evidence:
    """The sample with a fresh result."""
    return Evidence(EXPERIMENT, result(**levels), "fresh")


def stale() -> Evidence:
    """The sample with a result that its code has outrun."""
    return replace(measured(), state="stale")


def declared() -> Evidence:
    """The sample before anything was measured."""
    return Evidence(EXPERIMENT, None, "declared")
