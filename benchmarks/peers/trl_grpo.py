"""TRL's GRPOTrainer on our problems and with our verifier, and the generate of transformers, with which it samples.

The clock starts with the first step and stops after the last: what a trainer prepares once is not counted.
"""

import os

os.environ.update(HF_HUB_OFFLINE="1", TOKENIZERS_PARALLELISM="false")

import copy
import tempfile
import time
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from transformers import PrinterCallback, ProgressCallback, TrainerCallback
from trl import GRPOTrainer

from companion.bench.rollouts import Case, RolloutsBench, Sampled, problems
from companion.bench.timing import Timed, timed
from companion.reasoning.with_trl import trainer_of

warnings.filterwarnings("ignore", category=FutureWarning, module="transformers")


class Clock(TrainerCallback):
    """Notes wall and processor time at the edges of steps."""

    def __init__(self) -> None:
        self.times: list[tuple[float, float]] = []

    def note(self, *_: Any, **__: Any) -> None:
        """Note the time."""
        self.times.append((time.perf_counter(), time.process_time()))

    on_step_begin = on_step_end = note


def steps_once(case: Case, settings: RolloutsBench, at_once: int) -> Timed[Sampled]:
    """As many steps as ours makes, reading so many completions in one forward and backward pass."""
    run = replace(case.run, micro_batch=at_once)
    rows = torch.cat(problems(case, settings)).numpy()
    with tempfile.TemporaryDirectory() as folder:
        trainer, _ = trainer_of(
            copy.deepcopy(case.prior), case.task.vocabulary.tokenizer(), case.task, rows, run, Path(folder)
        )
        return _timed_training(trainer, settings.batches * run.rollouts.problems * run.rollouts.group)


def _timed_training(trainer: GRPOTrainer, completions: int) -> Timed[Sampled]:
    clock = Clock()
    trainer.add_callback(clock)
    for printing in (PrinterCallback, ProgressCallback):
        trainer.remove_callback(printing)
    trainer.train()
    length = trainer.state.log_history[-1]["completions/mean_length"]
    wall, cpu = (last - first for first, last in zip(clock.times[0], clock.times[-1], strict=True))
    return Timed(Sampled(completions, round(length * completions)), wall, cpu)


def generate_once(case: Case, settings: RolloutsBench, cache: str) -> Timed[Sampled]:
    """Complete each batch of problems with the library's own loop."""
    model, group = case.prior, case.run.rollouts.group
    batches = [each.repeat_interleave(group, 0) for each in problems(case, settings)]

    @torch.inference_mode()
    def complete(prompts: torch.Tensor) -> torch.Tensor:
        rows = model.generate(
            prompts,
            attention_mask=torch.ones_like(prompts),
            max_new_tokens=case.task.limit,
            do_sample=True,
            temperature=1.0,
            top_k=0,
            top_p=1.0,
            cache_implementation=cache,
        )
        return rows[:, prompts.shape[1] :]

    run = timed(lambda: [complete(prompts) for prompts in batches])
    tokens = sum(int((rows != model.config.pad_token_id).sum()) for rows in run.result)
    return Timed(Sampled(sum(map(len, run.result)), tokens), run.wall_s, run.cpu_s)
