"""Where does a long-running agent live? Kill its process, restore its context, exchange it, wipe it."""

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from companion.lab.criteria import Above
from companion.lab.experiment import Measured, Quantity, experiment
from companion.lab.streams import Streams
from companion.plasticity.agents.ledger.recipe import TINY, VARIED, Recipe, Variant

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from companion.lab.store import Result


@dataclass(frozen=True)
class Settings:
    """An agent, and whose context it is given back after its process was killed."""

    recipe: Recipe = VARIED
    variant: Variant = "varied"
    context: Literal["own", "another"] = "own"
    kill: bool = True  # a process of its own; without, all passes through the disk alike, in one process
    killed: int = 60  # streams in that process
    episodes: int = 300  # for all else
    cached: int = 100  # of these, for caches that other weights read


QUANTITIES = {
    "kept": Quantity(
        "share of what memory is worth",
        "second half after the process was killed and its context restored in another, beyond a wiped one",
    ),
    "late_restored": Quantity("return", "second half, context restored from disk in a new process"),
    "late_transcript": Quantity("return", "second half, a new process reads the words again"),
    "same_bits": Quantity("share", "streams whose restored cache gives the same logits to the last bit"),
    "transcript_gap": Quantity("logits", "largest difference after the words were read again"),
    "whole": Quantity("return", "whole episodes that nothing interrupts"),
    "agrees": Quantity("share", "actions that the planner would take in the same context"),
    "forgetful": Quantity("return", "whole episodes, context wiped at each question"),
    "late_whole": Quantity("return", "second half, nothing interrupts"),
    "late_wiped": Quantity("return", "second half, context wiped at half"),
    "late_exchanged": Quantity("return", "second half, in the context of another stream"),
    "donor_answers": Quantity(
        "share", "first answers that follow the donor's table, where its context tells both cells"
    ),
    "planner_whole": Quantity("return", "whole episodes, the exact planner"),
    "planner_late_whole": Quantity("return", "second half, the exact planner"),
    "planner_late_wiped": Quantity("return", "second half, the exact planner after a wipe"),
    "late_other": Quantity("return", "second half, the words read by an agent of another seed"),
    "other_words_right": Quantity("share", "first answers of another seed that reads the words"),
    "other_cache_right": Quantity("share", "first answers of another seed that reads the cache"),
    "note_2": Quantity("return", "second half after a wipe that spares two facts of the agent's own note"),
    "note_4": Quantity("return", "the same with four facts"),
    "note_8": Quantity("return", "the same with the whole note"),
    "note_invented": Quantity("return", "the same with eight invented facts"),
    "note_right": Quantity("share", "facts of the notes that the context tells"),
    "note_complete": Quantity("share", "facts of the context that the notes tell"),
}


def draw(result: "Result") -> "Figure":
    """Left, what second halves earn by what became of the context or of the weights, between the exact values of a full
    and of an empty memory; middle, whole episodes by the size of the window, with the exact planner; right, the share
    of memory's worth that survives the death of the process.
    """
    from companion.figures import agent_continuity
    from companion.plasticity.agents.ledger.measures import PERTURBED, WINDOWS
    from companion.plasticity.agents.ledger.planner import worth

    arms = list(result.document["settings"])
    exact = worth()
    return agent_continuity.overview(
        late={name: result.scalar(name) for name in agent_continuity.ROWS},
        exact=(exact.late_wiped, exact.late_whole),
        guessing=exact.guessing / 2,
        noise={size: result.array("noise")[:, i] for i, size in enumerate(PERTURBED)},
        windows=np.array(WINDOWS),
        by_window=result.array("windows"),
        planner=result.array("planner_windows"),
        limits=(exact.forgetful, exact.whole),
        kept={arm: result.scalar("kept", arm) for arm in arms},
        margin=result.document["primary"]["margin"],
    )


@experiment(
    id="agent-continuity",
    version=1,
    title="The agent is where its context is",
    claim="C4.5",
    also=("C4.6",),
    chapter="model-and-agent",
    question="An agent looks cells of a hidden table up, at a cost, and answers a stream of questions. Its process is "
    "killed in the middle. Does the agent go on when its context is given back, and is anything left of it when not?",
    hypothesis="A new process with the context from disk keeps more than nine tenths of what memory is worth over a "
    "wiped context, in a stream's second half.",
    refuted_when="The restored agent has to look up again what it knew, or a wiped one need not.",
    criterion=Above("kept", margin=0.9),
    arms={
        "own-context": {},
        "intact-streams": {"variant": "intact"},
        "another-context": {"context": "another"},
    },
    sabotage="another-context",
    informed_by="pilot",
    scales={
        "smoke": Settings(TINY, kill=False, killed=3, episodes=8, cached=4),
        "live": Settings(killed=30, episodes=100, cached=30),
        "full": Settings(),
    },
    seeds=5,
    live_seeds=2,
    quantities=QUANTITIES,
    toy="Llamas of 103,000 parameters that imitate an exact planner; a table of eight cells, sixteen questions a "
    "stream.",
    lineage="Windows are read anew, as in the baseline with recomputation of Xiao et al. (2024); bounds are exact.",
    cost="about fifteen minutes of one core; four minutes from the kept agents.",
    figure=draw,
)
def measure(settings: Settings, streams: Streams) -> Measured:
    """Kill an agent's process at half and go on in another; then all the other ways to lose or keep a context."""
    from companion.plasticity.agents.ledger import kept, measures
    from companion.plasticity.agents.ledger.world import episode

    recipe = replace(settings.recipe, variant=settings.variant)
    agent = kept.agent(recipe, streams.root)
    random = streams.numpy("episodes")
    episodes = [episode(random) for _ in range(settings.episodes)]
    short = episodes[: settings.killed]
    with tempfile.TemporaryDirectory() as folder:
        found: dict[str, float | np.ndarray] = {
            **measures.restored(agent, short, Path(folder), own=settings.context == "own", kill=settings.kill)
        }
        if settings.context == "another":
            return found
        found |= measures.same_again(agent, short, Path(folder), kill=settings.kill)
    other = kept.agent(recipe, streams.root + 1)
    return {
        **found,
        **measures.exact(episodes),
        **measures.contexts_lost(agent, episodes),
        **measures.notes(agent, episodes, streams.numpy("invented notes")),
        **measures.other_weights(agent, other, episodes[: settings.cached]),
        "windows": measures.windows(agent, episodes),
        "planner_windows": measures.windows(None, episodes),
        "noise": measures.with_noise(agent, episodes, streams.numpy("noise")),
    }
