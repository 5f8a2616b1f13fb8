"""Can the fast mechanism be a learning rule? One attention layer against one step of gradient descent."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from companion.lab.criteria import Above
from companion.lab.experiment import Measured, Quantity, experiment
from companion.lab.streams import Streams

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from companion.lab.store import Result


@dataclass(frozen=True)
class Settings:
    """One layer: what it is, what it is trained on, and on how many new contexts it is tested."""

    attention: Literal["linear", "softmax"] = "linear"
    labels: Literal["true", "shuffled"] = "true"  # of the examples, in training
    condition: float = 1.0  # of the inputs' covariance in training
    steps: int = 1500
    examples: int = 10
    contexts: int = 20_000


QUANTITIES = {
    "withheld_r2": Quantity(
        "share of variance",
        "how much of the descent step's predictions the layer reproduces on the kind of withheld context "
        "where it does worst",
    ),
    "r2": Quantity("share of variance", "the same on new contexts of the kind seen in training"),
    "r2_shorter": Quantity("share of variance", "the same on contexts half as long"),
    "r2_longer": Quantity("share of variance", "the same on contexts twice as long"),
    "r2_larger_inputs": Quantity("share of variance", "the same with inputs 1.5 times as large"),
    "r2_larger_targets": Quantity("share of variance", "the same with targets twice as large"),
    "r2_preconditioned": Quantity(
        "share of variance", "how much of the best preconditioned step's predictions the layer reproduces"
    ),
    "correlation": Quantity("Pearson's r", "layer and descent step on contexts of the kind seen in training"),
    "error": Quantity("mean squared error", "the layer's error on contexts of the kind seen in training"),
    "error_step": Quantity("mean squared error", "one descent step with the best rate, on the same contexts"),
    "error_preconditioned": Quantity(
        "mean squared error", "one step with the best matrix for a rate, likewise"
    ),
    "error_zero": Quantity("mean squared error", "predicting zero: no learning at all"),
}


def draw(result: "Result") -> "Figure":
    """Left: answers of every trained layer to new questions, against the answers of one descent step on the same
    examples; on the diagonal they are the same. Middle: the matrix with which the trained layers turn examples into
    an answer (the mean of all seeds), whose diagonal a descent step sets to its rate. Right: agreement with the step
    on withheld contexts, one dot a seed, with the declared margin.
    """
    from companion.figures import attention_descent

    return attention_descent.overview(
        pairs=result.array("pairs"),
        matrix=result.array("matrix"),
        rate=float(result.array("best_rate")[0, 0]),
        agreement={arm: result.scalar("withheld_r2", arm) for arm in result.document["settings"]},
        margin=result.document["primary"]["margin"],
    )


@experiment(
    id="clocks-attention-descent",
    version=1,
    title="One attention layer against one step of gradient descent",
    claim="C1.1",
    also=("C3.2",),
    chapter="two-clocks",
    question="Can reading a context, with the weights at rest, be the same computation as learning from it by "
    "gradient descent?",
    hypothesis="A layer of linear attention, trained to answer questions about new linear functions from ten "
    "examples, comes to compute what one step of gradient descent on those examples computes, also on contexts that "
    "training never showed: shorter, longer, with larger inputs, with larger targets.",
    refuted_when="The layer answers well but by other means: on withheld contexts its predictions and the descent "
    "step's come apart.",
    criterion=Above("withheld_r2", margin=0.95),
    arms={
        "linear": {},
        "softmax": {"attention": "softmax"},
        "skewed": {"condition": 10.0},
        "untrained": {"steps": 0},
        "shuffled": {"labels": "shuffled"},
    },
    sabotage="shuffled",
    informed_by="pilot",
    scales={
        "smoke": Settings(steps=30, contexts=200),
        "live": Settings(),
        "full": Settings(steps=3000, contexts=50_000),
    },
    seeds=10,
    live_seeds=3,
    quantities=QUANTITIES,
    toy="One head of attention without softmax, 144 parameters, five-dimensional linear functions without noise.",
    lineage="Replicates proposition 1 and the first experiment of von Oswald et al. (2023); extends it by contexts "
    "of withheld kinds and by skewed inputs, where theorem 1 of Ahn et al. (2023) predicts a preconditioned step.",
    cost="about two minutes on one core.",
    figure=draw,
)
def measure(settings: Settings, streams: Streams) -> Measured:
    """Train one layer, then compare it with descent steps on contexts it has not seen."""
    from companion.fast_learners import (
        linear_attention as attention,
    )  # torch loads when something is measured
    from companion.fast_learners.linear_tasks import LinearTask

    task, examples = LinearTask(condition=settings.condition), settings.examples
    trained = attention.AttentionSettings(settings.attention, settings.labels, examples, settings.steps)
    layer = attention.train(trained, task, streams.numpy("training"))
    rate = attention.best_rate(task, examples)
    matrix = attention.best_preconditioner(task, examples)

    def agreement(kind: str, task: LinearTask, examples: int) -> float:
        contexts = task.draw(settings.contexts, examples + 1, streams.numpy(kind))
        return attention.explained(attention.answers(layer, contexts), attention.descent_step(contexts, rate))

    withheld = {
        "r2_shorter": agreement("shorter", task, examples // 2),
        "r2_longer": agreement("longer", task, 2 * examples),
        "r2_larger_inputs": agreement("larger inputs", replace(task, input_scale=1.5), examples),
        "r2_larger_targets": agreement("larger targets", replace(task, target_scale=2.0), examples),
    }
    test = task.draw(settings.contexts, examples + 1, streams.numpy("test"))
    truth, answers = test.targets[:, -1], attention.answers(layer, test)
    step, preconditioned = attention.descent_step(test, rate), attention.descent_step(test, matrix)
    return {
        "withheld_r2": min(withheld.values()),
        "r2": attention.explained(answers, step),
        **withheld,
        "r2_preconditioned": attention.explained(answers, preconditioned),
        "correlation": attention.correlation(answers, step),
        "error": float((answers - truth).square().mean()),
        "error_step": float((step - truth).square().mean()),
        "error_preconditioned": float((preconditioned - truth).square().mean()),
        "error_zero": float(truth.square().mean()),
        "matrix": layer.effective_matrix().numpy(),
        "best_matrix": matrix.numpy(),
        "best_rate": np.array([float(rate)]),
        "pairs": np.stack([step.numpy()[:100], answers.numpy()[:100]]),
    }
