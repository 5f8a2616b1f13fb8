"""Is the target a detail? Search and selected traces against reward for the outcome, in a game and in language."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from companion.lab.criteria import Above, All
from companion.lab.experiment import Measured, Quantity, experiment
from companion.lab.streams import Streams
from companion.one_shape.recipe import GameSettings, OutcomeSettings, WordSettings
from companion.reasoning.recipe import TINY_WORD_PROBLEM, WORD_PROBLEM, Recipe

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from transformers import LlamaForCausalLM

    from companion.alphazero.network import PolicyValueNet
    from companion.lab.store import Result
    from companion.one_shape.selection import Choice


@dataclass(frozen=True)
class Settings:
    """One prior in each domain, taught with its native target and with that of the other domain."""

    broken: bool = False  # the swapped targets belong to other samples
    game: GameSettings = GameSettings()  # noqa: RUF009  frozen
    outcome: OutcomeSettings = OutcomeSettings()  # noqa: RUF009  frozen
    words: WordSettings = WordSettings()  # noqa: RUF009  frozen
    word: Recipe = WORD_PROBLEM
    rounds: int = 4  # of search in the game, each of as many positions as its settings say
    moves_at_equal_cpu: int = (
        45_000  # learned from by their outcomes in as many CPU seconds as the rounds take
    )
    completions: int = 12_800  # in the language
    completions_at_equal_cpu: int = (
        19_200  # selected from and imitated in as many CPU seconds as their reward takes
    )
    problems: int = 1000  # held out, in the language


def cells_of(domain: str, words: str, native: str, swapped: str) -> dict[str, Quantity]:
    """What is measured in each domain."""
    return {
        f"swapped_{domain}": Quantity(
            "share of the gain",
            f"{words}: what {swapped} teaches, as a share of what {native} teaches, from as many samples",
        ),
        f"swapped_cpu_{domain}": Quantity(
            "share of the gain", f"{words}: the same in as much computing time"
        ),
        f"prior_{domain}": Quantity("accuracy", f"{words}: the prior"),
        f"native_{domain}": Quantity("accuracy", f"{words}: after {native}"),
        f"same_samples_{domain}": Quantity("accuracy", f"{words}: after {swapped}, from as many samples"),
        f"same_cpu_{domain}": Quantity("accuracy", f"{words}: after {swapped}, in as much computing time"),
        f"chance_{domain}": Quantity("accuracy", f"{words}: a move or an answer at random"),
    }


QUANTITIES = {
    **cells_of("game", "a move drawn in Connect Three", "the policy of the search", "reward for the outcome"),
    **cells_of("language", "a trace drawn", "reward for the outcome", "imitation of selected traces"),
    "likeliest_prior_game": Quantity("accuracy", "the likeliest move: the prior"),
    "likeliest_native_game": Quantity("accuracy", "the likeliest move: after the policy of the search"),
    "likeliest_same_cpu_game": Quantity(
        "accuracy", "the likeliest move: after reward for the outcome, in as much computing time"
    ),
    "searched_prior_game": Quantity("accuracy", "with search: the prior"),
    "searched_native_game": Quantity("accuracy", "with search: after the policy of the search"),
    "searched_same_cpu_game": Quantity(
        "accuracy", "with search: after reward for the outcome, in as much computing time"
    ),
    "voted_language": Quantity(
        "accuracy", "a trace drawn: after imitation of traces that most others agree with, without a verifier"
    ),
    "bits_search_game": Quantity("bits", "by which the search's policy departs from the prior, a move"),
    "bits_outcome_game": Quantity("bits", "in the outcome of a game, a move"),
    "bits_outcome_language": Quantity("bits", "in whether a completion is right, a word"),
}


def draw(result: "Result") -> "Figure":
    """Accuracy of what is drawn, from the prior (open) to each target (full), in both domains, every seed; right, the
    share of the native target's gain that the swapped one brings.
    """
    from companion.figures import shape_targets

    domains = ("game", "language")
    arms = list(result.document["settings"])
    after = ("native", "same_samples", "same_cpu")
    return shape_targets.overview(
        prior={domain: result.scalar(f"prior_{domain}") for domain in domains},
        after={domain: {name: result.scalar(f"{name}_{domain}") for name in after} for domain in domains},
        broken={domain: result.scalar(f"same_samples_{domain}", arms[-1]) for domain in domains},
        chance={domain: float(result.scalar(f"chance_{domain}").mean()) for domain in domains},
        share={
            arm: {
                domain: (result.scalar(f"swapped_{domain}", arm), result.scalar(f"swapped_cpu_{domain}", arm))
                for domain in domains
            }
            for arm in arms
        },
        margin=result.document["primary"]["margin"],
    )


@experiment(
    id="shape-targets",
    version=1,
    title="Is the target a detail?",
    claim="C2.4",
    chapter="one-shape",
    question="A game learns from where its search looked, a language model from whether its answer was right. Swap the "
    "two: does each still learn?",
    hypothesis="In both domains the other domain's target brings at least half of what the native one does, from as "
    "many samples and in as much computing time.",
    refuted_when="In one of the domains the swapped target teaches less than half as much: what a target says, and not "
    "only that there is one, decides how the loop climbs.",
    criterion=All(
        (
            Above("swapped_game", margin=0.5),
            Above("swapped_language", margin=0.5),
            Above("swapped_cpu_game", margin=0.5),
            Above("swapped_cpu_language", margin=0.5),
        )
    ),
    arms={"swapped": {}, "broken": {"broken": True}},
    sabotage="broken",
    informed_by="pilot",
    scales={
        "smoke": Settings(
            game=GameSettings(channels=4, blocks=1, simulations=4, games=8, prior_positions=60, positions=60,
                              window=400, candidates=200),
            outcome=OutcomeSettings(games=8, batch=32),
            words=WordSettings(completions=640, group=4),
            word=TINY_WORD_PROBLEM,
            rounds=1,
            moves_at_equal_cpu=100,
            completions=1280,
            completions_at_equal_cpu=1408,
            problems=40,
        ),
        "live": Settings(rounds=2, moves_at_equal_cpu=22_500, completions=6_400,
                         completions_at_equal_cpu=9_600, problems=400),
        "full": Settings(),
    },
    seeds=5,
    live_seeds=2,
    quantities=QUANTITIES,
    toy="Connect Three on five columns and four rows, a network of 8,000 parameters; products of ten permutations of "
    "ABC, a Llama of 100,000 parameters.",
    lineage="The targets of Silver et al. (2017), Zelikman et al. (2022), Williams (1992) and Shao et al. (2024), two "
    "by two; the crossing is this book's.",
    cost="about five minutes of one core, from the kept priors.",
    figure=draw,
)  # fmt: skip
def measure(settings: Settings, streams: Streams) -> Measured:
    """Teach both domains both ways."""
    return game(settings, streams) | language(settings, streams)


def shares(domain: str, found: Sequence[float]) -> dict[str, float | np.ndarray]:
    """The cells of one domain, from the accuracies of the prior and after the native target, the swapped one from as
    many samples, and the swapped one in as much computing time.

    A native gain of less than a hundredth counts as that much.
    """
    prior, native, samples, cpu = found
    gain = max(native - prior, 0.01)
    return {
        f"swapped_{domain}": (samples - prior) / gain,
        f"swapped_cpu_{domain}": (cpu - prior) / gain,
        f"prior_{domain}": prior,
        f"native_{domain}": native,
        f"same_samples_{domain}": samples,
        f"same_cpu_{domain}": cpu,
    }


def game(settings: Settings, streams: Streams) -> dict[str, float | np.ndarray]:
    """Connect Three: native is the policy of the search, swapped the outcome."""
    from companion.one_shape import game, outcomes
    from companion.one_shape.information import entropy

    def rewarded(moves: int) -> "PolicyValueNet":
        return outcomes.rewarded(
            prior, moves, settings.game, settings.outcome, streams, shuffled=settings.broken
        )

    problems = game.problems_of(settings.game, streams)
    prior = game.weak_network(settings.game, streams)
    native = game.searched(prior, settings.game, settings.rounds, "search", streams).network
    samples, cpu = (
        rewarded(moves) for moves in (settings.rounds * settings.game.positions, settings.moves_at_equal_cpu)
    )
    drawn = [game.drawn(network, problems) for network in (prior, native, samples, cpu)]
    asked = {
        name: game.ask(network, problems, settings.game.simulations)
        for name, network in (("prior", prior), ("native", native), ("same_cpu", cpu))
    }
    games = 8 * settings.outcome.games
    played = outcomes.play_games(prior, games, settings.game.opening, streams.numpy("bits"))
    return {
        **shares("game", drawn),
        "chance_game": problems.chance,
        **{f"likeliest_{name}_game": float(answers.least.mean()) for name, answers in asked.items()},
        **{f"searched_{name}_game": float(answers.amplified.mean()) for name, answers in asked.items()},
        "bits_search_game": game.departure(prior, settings.game, streams),
        "bits_outcome_game": entropy(played.outcome) * games / len(played.column),
    }


def language(settings: Settings, streams: Streams) -> dict[str, float | np.ndarray]:
    """Ten permutations: native is the outcome, swapped are selected traces."""
    from companion.one_shape import traces
    from companion.one_shape.information import entropy
    from companion.reasoning import kept
    from companion.reasoning.answers import accuracy, lengths_of
    from companion.reasoning.rollouts import completed

    task = kept.task_of(settings.word)
    prompts = task.problems(settings.problems, streams.numpy("problems"), held_out=True)

    def prior() -> "LlamaForCausalLM":
        return kept.policy(settings.word, "base", streams.root).model

    def right(model: "LlamaForCausalLM") -> float:
        return accuracy(model, task, prompts, streams.numpy("asked"), opening="think")

    selected: Choice = "shuffled" if settings.broken else "verified"
    native = traces.rewarded(prior(), task, settings.completions, settings.words, streams)
    samples, cpu = (
        traces.imitated(prior(), task, completions, settings.words, selected, streams)
        for completions in (settings.completions, settings.completions_at_equal_cpu)
    )
    said = completed(prior(), task, prompts, streams.numpy("bits"), opening="think")
    found = {
        **shares("language", [right(model) for model in (prior(), native, samples, cpu)]),
        "chance_language": task.chance,
        "bits_outcome_language": entropy(task.correct(prompts, said))
        / float(lengths_of(said, task.vocabulary.pad).mean() - 1),
    }
    if not settings.broken:
        voted = traces.imitated(prior(), task, settings.completions, settings.words, "voted", streams)
        found["voted_language"] = right(voted)
    return found
