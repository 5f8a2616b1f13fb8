"""One value a culture: what is measured of each of its speakers, averaged. Cultures are the seeds of an experiment."""

from collections.abc import Callable, Mapping

import numpy as np
from transformers import LlamaForCausalLM

from companion.lab.streams import Streams
from companion.plasticity.arms import Probe
from companion.plasticity.conversation.culture import Culture, culture
from companion.plasticity.schooling import kept

Measure = Callable[[LlamaForCausalLM, Culture, Streams], Mapping[str, float | np.ndarray]]


def over_speakers(probe: Probe, streams: Streams, measure: Measure) -> dict[str, float | np.ndarray]:
    """The mean over a culture's speakers; each has conversations of its own, and the same ones in every arm."""
    of = culture(streams.root)
    found = [
        measure(kept.speaker(probe.schooling, of.number, seed), of, Streams(streams.seed(f"speaker {seed}")))
        for seed in range(probe.speakers)
    ]
    means = {name: np.mean([np.asarray(each[name]) for each in found], 0) for name in found[0]}
    return {name: mean if mean.ndim else float(mean) for name, mean in means.items()}
