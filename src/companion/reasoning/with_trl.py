"""The same problems and verifier through TRL's GRPOTrainer, with any causal language model of Hugging Face.

`python -m companion.reasoning.with_trl MODEL --task word-problem --steps 80`, where MODEL is a folder or a name on the
hub. A model that speaks the task's language is given its words. Any other is told the problem in plain English, as a
user would, and its answer is read after the word `answer`.

Nobody has run a real model here; what is tested is a tiny one on a CPU. A real one wants a GPU: AdamW in single
precision keeps 16 bytes a parameter, which for half a billion parameters means a card of 24 GB, for a billion and a
half one of 80 GB, and `--problems` far below the default.
"""

import argparse
import re
import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from companion.lab.errors import LabError
from companion.lab.streams import Streams
from companion.reasoning.countdown import Countdown
from companion.reasoning.grpo import GRPOSettings
from companion.reasoning.kept import TASKS
from companion.reasoning.rollouts import RolloutSettings
from companion.reasoning.task import ANSWER, Rows, Task
from companion.reasoning.word_problem import ARRANGEMENTS, WordProblem

ROOM = 512  # tokens that a real model may write

LOSS = {"loss_type": "dr_grpo", "scale_rewards": "none", "beta": 0.0, "adam_beta2": 0.95}
"""The loss of `grpo`, up to a constant, and its optimizer."""

QUIET = {"logging_strategy": "no", "save_strategy": "no", "report_to": "none"}


def statement(task: Task, prompt: Rows) -> str:
    """The problem of one prompt, a row, in plain English."""
    match task:
        case WordProblem():
            steps = ", ".join(ARRANGEMENTS[step] for step in task.steps_of(prompt)[0] if step >= 0)
            text = f"""Three letters stand in the order ABC and are shuffled several times. A shuffle says from which
            places the new first, second and third letter come: A is the first place, B the second, C the third. So BCA
            moves the first letter to the end. The shuffles are {steps}. Think step by step. End with the word answer
            and the last order, like this: answer CAB"""
        case Countdown():
            numbers, target = ", ".join(map(str, task.given(prompt)[0])), task.targets(prompt)[0]
            text = f"""Use each of the numbers {numbers} once, with +, - or * between them, to reach {target}. Calculate
            from left to right, so that 2 + 3 * 4 is 20, and take - as the distance, so that 2 - 5 is 3. Think step by
            step. End with the word answer and nothing but the numbers and signs, like this: answer 2 + 3 * 4"""
        case _:
            raise LabError(f"There is no plain statement of {task}.")
    return " ".join(text.split())


def answer_in(text: str, task: Task) -> list[int]:
    """What follows the last `answer` of a text, as a completion that the verifier reads; empty where it is none."""
    _, *after = re.split(rf"\b{ANSWER}\b", text, flags=re.IGNORECASE)
    said = after[-1].strip(" \n*_`.:").translate(str.maketrans("−×·", "-**")) if after else ""
    words = re.findall(r"[A-Z]+|\d+|[-+*]", said.upper())
    known = bool(words) and all(word in task.vocabulary.ids for word in words)
    return [*task.vocabulary.encode(" ".join([ANSWER, *words])), task.vocabulary.end] if known else []


class Verifier:
    """The task's verifier as TRL asks it, and how often it said right, batch after batch."""

    def __init__(self, task: Task, in_words: bool) -> None:
        self.task, self.in_words, self.history = task, in_words, list[float]()

    def __call__(self, completions: Any, completion_ids: Any, problem: Any, **_: Any) -> list[float]:
        """1 for each right completion, 0 for another."""
        texts = [messages[-1]["content"] for messages in completions if not self.in_words]
        rows = [answer_in(text, self.task) for text in texts] or completion_ids
        filled = np.full((len(rows), max(1, *map(len, rows))), self.task.vocabulary.pad)
        for to, row in zip(filled, rows, strict=True):
            to[: len(row)] = row
        correct = self.task.correct(np.array(problem), filled)
        self.history.append(float(correct.mean()))
        return correct.astype(float).tolist()


def trainer_of(
    model: Any, tokenizer: Any, task: Task, problems: Rows, settings: GRPOSettings, folder: Path
) -> tuple[Any, Verifier]:
    """TRL's trainer on the problems in their order, and the verifier that it asks; raises LabError where it cannot."""
    try:
        from datasets import Dataset
        from trl import GRPOConfig, GRPOTrainer
    except ImportError as missing:
        raise LabError(f"{missing.name} is missing: pip install -e '.[trl]' adds that extra.") from missing
    in_words = set(tokenizer.get_vocab()) == set(task.vocabulary.words)
    if not in_words and tokenizer.chat_template is None:
        raise LabError("The model has neither the task's words nor a chat template for plain English.")
    batch, at_once = settings.rollouts.problems * settings.rollouts.group, settings.micro_batch
    if batch % at_once:
        raise LabError(f"A batch of {batch} completions cannot be read {at_once} at a time.")
    gpu = torch.cuda.is_available() and not in_words
    arguments = GRPOConfig(
        output_dir=str(folder),
        max_steps=settings.steps,
        num_generations=settings.rollouts.group,
        per_device_train_batch_size=at_once,
        gradient_accumulation_steps=batch // at_once,
        max_completion_length=task.limit if in_words else ROOM,
        learning_rate=settings.learning_rate,
        lr_scheduler_type="constant",
        max_grad_norm=settings.gradient_norm,
        shuffle_dataset=False,
        use_cpu=not gpu,
        bf16=gpu,
        gradient_checkpointing=gpu,
        **LOSS,
        **QUIET,
    )
    told = [[{"role": "user", "content": statement(task, row[None])}] for row in problems if not in_words]
    prompts: list[Any] = told or [task.vocabulary.decode(row) for row in problems.tolist()]
    data, verifier = Dataset.from_dict({"prompt": prompts, "problem": problems}), Verifier(task, in_words)
    return GRPOTrainer(model, verifier, arguments, data, processing_class=tokenizer), verifier


def main(arguments: list[str] | None = None) -> None:
    """Train, keep the model, and say how often it was right."""
    parser = argparse.ArgumentParser(prog="python -m companion.reasoning.with_trl")
    parser.add_argument("model", metavar="MODEL", help="a folder, or a name on the hub")
    parser.add_argument("--task", choices=list(TASKS), required=True)
    parser.add_argument("--steps", type=int, default=80)
    parser.add_argument("--problems", type=int, default=32, help="in a step, each completed 16 times")
    parser.add_argument("--micro-batch", type=int, default=16, help="completions read at once")
    parser.add_argument("--rate", type=float, default=1e-6, help="our tiny models learn at 4e-4")
    parser.add_argument("--out", type=Path, default=Path("_build/with-trl"), help="where the model goes")
    options, task = (found := parser.parse_args(arguments)), TASKS[found.task]
    try:
        rollouts = RolloutSettings(options.problems)
        settings = GRPOSettings(
            options.steps, options.rate, micro_batch=options.micro_batch, rollouts=rollouts
        )
        model = AutoModelForCausalLM.from_pretrained(options.model, dtype=torch.float32)
        tokenizer = AutoTokenizer.from_pretrained(options.model)
        problems = task.problems(options.steps * options.problems, Streams(0).numpy("problems"))
        trainer, verifier = trainer_of(model, tokenizer, task, problems, settings, options.out)
    except (LabError, OSError, ValueError) as error:
        sys.exit(f"with_trl: {str(error).splitlines()[0].rstrip('.')}.")
    trainer.train()
    trainer.save_model(str(options.out))
    print(f"right: {verifier.history[0]:.3f} at first, {verifier.history[-1]:.3f} at last; see {options.out}")


if __name__ == "__main__":
    main()
