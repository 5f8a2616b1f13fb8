"""One contract that every experiment of the book meets, at the scale of seconds."""

import numpy as np
import pytest

from companion.lab import declare, registry, store
from companion.lab.criteria import parts_of
from companion.lab.experiment import Experiment
from companion.lab.run import run_here
from companion.lab.streams import Streams

every_experiment = pytest.mark.parametrize("experiment", registry.all_experiments(), ids=lambda e: e.id)


@every_experiment
def test_a_smoke_run_measures_what_was_declared(experiment: Experiment) -> None:
    result = run_here(experiment, "smoke", seeds=[0])
    store.check_document(result.document, experiment.id)
    measured = {tuple(name.rsplit(".", 1)) for name in result.document["measurements"]}
    assert {name for _, name in measured} == set(experiment.quantities)
    for arm in (*experiment.judged_arms, experiment.sabotage):
        assert {(arm, part.effect) for part in parts_of(experiment.criterion)} <= measured
    assert all(np.isfinite(array).all() and len(array) == 1 for array in result.arrays.values())


@every_experiment
def test_one_seed_gives_one_result_and_another_another(experiment: Experiment) -> None:
    """All that is measured, not the effect alone: on tasks that seconds cannot learn it is 0 for every seed."""
    settings = experiment.settings("smoke", experiment.main_arm)
    first, again, other = (experiment.measure(settings, Streams(seed)) for seed in (7, 7, 8))
    assert first.keys() == again.keys() == other.keys()
    assert all(np.array_equal(first[name], again[name]) for name in first)
    assert any(not np.array_equal(first[name], other[name]) for name in first)


@every_experiment
def test_the_record_can_be_drawn(experiment: Experiment) -> None:
    result = store.load(experiment.id, experiment.version)
    if result is not None:
        assert experiment.figure(result).axes


@every_experiment
def test_what_was_declared_is_committed_to(experiment: Experiment) -> None:
    assert declare.is_declared(experiment)
