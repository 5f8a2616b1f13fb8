"""An instance that is closed in one process and opened again in another: between them lies its state on disk.

`python -m companion.plasticity.state.reopened FOLDER` takes weights and state from the folder, asks every question in
every wording, and writes the answers there.
"""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float
from transformers import LlamaForCausalLM
from transformers.utils import logging

from companion.lab.errors import LabError
from companion.plasticity.conversation.language import VOCABULARY
from companion.plasticity.conversation.world import EVERY_FRAMING
from companion.plasticity.state.instance import State, ask
from companion.plasticity.state.interventions import load_state, save_state
from companion.transformer.model import load, save

ANSWERS = "answers.npy"


def reopened(
    model: LlamaForCausalLM, state: State, folder: Path, *, apart: bool = True
) -> Float[np.ndarray, "rows framings qualities"]:
    """What the instance answers when another process has it; without `apart`, this process takes it from disk."""
    logging.disable_progress_bar()
    save(model, VOCABULARY, folder / "weights")
    save_state(folder / "state.safetensors", state, model)
    if not apart:
        answer(folder)
    else:
        command = [sys.executable, "-m", "companion.plasticity.state.reopened", str(folder)]
        threads = {"OMP_NUM_THREADS": str(torch.get_num_threads())}
        ended = subprocess.run(
            command, env={**os.environ, **threads}, capture_output=True, text=True, check=False
        )
        if ended.returncode:
            raise LabError(f"The process that was to reopen a state failed: {ended.stderr[-300:]}")
    answers: Float[np.ndarray, "rows framings qualities"] = np.load(folder / ANSWERS)
    return answers


def answer(folder: Path) -> None:
    """Take the instance from disk and write down what it answers."""
    logging.disable_progress_bar()
    model, _ = load(folder / "weights")
    state = load_state(folder / "state.safetensors", model.eval())
    np.save(folder / ANSWERS, ask(model, state, EVERY_FRAMING).yes)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m companion.plasticity.state.reopened FOLDER")
    answer(Path(sys.argv[1]))
