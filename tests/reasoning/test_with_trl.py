"""The way to real models: plain statements, the answers read in them, and TRL itself where it is installed."""

import copy
import re
import sys
from importlib import util

import numpy as np
import pytest
import torch

from companion.lab.streams import Streams
from companion.reasoning import with_trl
from companion.reasoning.grpo import GRPOSettings, Run, learn
from companion.reasoning.kept import TASKS, new_prior, task_of
from companion.reasoning.recipe import TINY_WORD_PROBLEM
from companion.reasoning.rollouts import Rollouts, RolloutSettings
from companion.reasoning.with_trl import Verifier, answer_in, statement, trainer_of
from companion.transformer.forward import log_probabilities
from companion.transformer.model import ModelSettings, load, new_model, save

WORDS, COUNTDOWN = TASKS["word-problem"], TASKS["countdown"]

needs_trl = pytest.mark.skipif(
    util.find_spec("trl") is None, reason="trl is not installed; the extra 'trl' has it"
)


def solved(text):
    """The answer to a stated word problem, from its words alone."""
    order = "ABC"
    for shuffle in re.search(r"shuffles are ([ABC, ]+)\.", text)[1].split(", "):
        places = {"A": 0, "B": 1, "C": 2}
        order = "".join(order[places[letter]] for letter in shuffle)
    return order


def test_a_reader_who_follows_the_statement_is_right():
    prompts = WORDS.problems(50, np.random.default_rng(0))
    texts = [f"It ends so. **Answer: {solved(statement(WORDS, row[None]))}**." for row in prompts]
    verifier = Verifier(WORDS, in_words=False)
    assert (
        verifier([[{"role": "assistant", "content": text}] for text in texts], None, prompts.tolist())
        == [1.0] * 50
    )
    assert verifier.history == [1.0]


def test_countdown_is_stated_with_its_numbers_and_its_target():
    prompt = COUNTDOWN.prompts_of(np.array([[2, 9, 4, 7]]), np.array([37]))
    text = statement(COUNTDOWN, prompt)
    assert "the numbers 2, 9, 4, 7 once" in text
    assert "to reach 37." in text
    said = ["answer 2 + 9 * 4 - 7", "answer 9 + 2 - 7 * 4", "answer 2 + 9 * 4"]
    messages = [[{"role": "assistant", "content": each}] for each in said]
    assert Verifier(COUNTDOWN, in_words=False)(messages, None, prompt.tolist() * 3) == [1.0, 0.0, 0.0]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("First BCA, then ABC. answer CAB", "answer CAB </s>"),
        ("My answer was BCA, but no: ANSWER: `cab`.", "answer CAB </s>"),
        ("answer CAB or BCA", None),
        ("The end is CAB", None),
        ("answer", None),
        ("", None),
    ],
)
def test_the_last_answer_counts(text, read):
    assert answer_in(text, WORDS) == (WORDS.vocabulary.encode(read) if read else [])


def test_signs_are_read_as_people_write_them():
    assert answer_in("answer: 1 × 2−3+ 4", COUNTDOWN) == COUNTDOWN.vocabulary.encode(
        "answer 1 * 2 - 3 + 4 </s>"
    )


def test_our_models_are_judged_by_their_own_words():
    """As in our loop, an answer that is not closed is none."""
    prompt = WORDS.prompts_of(np.array([[3] + [0] * 9]))
    rows = [WORDS.vocabulary.encode(text) for text in ("answer BCA </s>", "answer BCA", "answer CAB </s>")]
    assert Verifier(WORDS, in_words=True)(["", "", ""], rows, prompt.tolist() * 3) == [1.0, 0.0, 0.0]


@pytest.fixture
def tiny(tmp_path):
    """A tiny model in a folder."""
    task = WORDS
    model = new_model(ModelSettings(16, 1, 2, 32, 32), task.vocabulary, 0)
    save(model, task.vocabulary, tmp_path / "tiny")
    return tmp_path / "tiny"


def refused(arguments):
    with pytest.raises(SystemExit) as stopped:
        with_trl.main([str(argument) for argument in arguments])
    return stopped.value.code


def test_without_trl_one_sentence_names_the_extra(tiny, monkeypatch, is_one_sentence):
    monkeypatch.setitem(sys.modules, "trl", None)
    said = refused([tiny, "--task", "word-problem"])
    assert "pip install -e '.[trl]'" in said
    assert is_one_sentence(said)


def test_a_folder_without_a_model_is_named(tmp_path, is_one_sentence):
    said = refused([tmp_path, "--task", "countdown"])
    assert str(tmp_path) in said
    assert is_one_sentence(said)


@needs_trl
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--task", "countdown"], "neither the task's words nor a chat template"),
        (["--task", "word-problem", "--micro-batch", "7"], "512 completions cannot be read 7 at a time"),
        (["--task", "word-problem", "--steps", "0"], "must be at least 1"),
    ],
)
def test_wrong_use_is_one_sentence(tiny, is_one_sentence, arguments, said):
    answer = refused([tiny, *arguments])
    assert said in answer
    assert is_one_sentence(answer)


@needs_trl
def test_two_steps_of_a_saved_model(tiny, tmp_path, capsys):
    arguments = ["--task", "word-problem", "--steps", "2", "--problems", "2", "--out", str(tmp_path / "out")]
    with_trl.main([str(tiny), *arguments])
    assert "right: " in capsys.readouterr().out
    model, vocabulary = load(tmp_path / "out")
    assert vocabulary == WORDS.vocabulary
    assert model.config.hidden_size == 16


@needs_trl
def test_a_step_of_trl_is_a_step_of_ours(tmp_path):
    """TRL draws; from what it drew our loop makes the same step, of plain gradient descent in both."""
    task, prior = task_of(TINY_WORD_PROBLEM), new_prior(TINY_WORD_PROBLEM, Streams(0))
    settings = GRPOSettings(1, 4e-4, micro_batch=32, rollouts=RolloutSettings(8, 8))
    problems = task.problems(8, np.random.default_rng(0))
    theirs, ours = copy.deepcopy(prior), copy.deepcopy(prior)
    trainer, verifier = trainer_of(theirs, task.vocabulary.tokenizer(), task, problems, settings, tmp_path)
    drawn = []
    judge = trainer.reward_funcs[0]
    trainer.reward_funcs[0] = lambda **given: (
        drawn.append((given["problem"], given["completion_ids"])) or judge(**given)
    )
    trainer.optimizer = torch.optim.SGD(theirs.parameters(), 1.0)
    trainer.train()
    (prompts, rows), *more = drawn
    assert not more
    completions = torch.full((64, task.limit), task.vocabulary.pad)
    said = torch.arange(task.limit) < torch.tensor([[len(row)] for row in rows])  # padding may be drawn, too
    completions[said] = torch.tensor([token for row in rows for token in row])
    prompts = torch.tensor(prompts)
    correct = torch.from_numpy(task.correct(prompts.numpy(), completions.numpy()))
    assert 0 < correct.float().mean() < 1
    assert verifier.history == [pytest.approx(correct.float().mean().item())]
    reward = correct.float().view(8, 8)
    with torch.no_grad():
        behavior = log_probabilities(ours, torch.cat([prompts, completions], 1), prompts.shape[1])
    batch = Rollouts(
        prompts,
        completions,
        said,
        behavior,
        correct,
        reward.flatten(),
        (reward - reward.mean(1, keepdim=True)).flatten(),
    )
    learn(Run(ours, torch.optim.SGD(ours.parameters(), 1.0)), batch, settings, 64.0 * task.limit)
    for name, before in prior.state_dict().items():
        step, same = ours.state_dict()[name] - before, theirs.state_dict()[name] - before
        assert step.abs().max() > 1e-4
        assert torch.allclose(step, same, rtol=1e-3, atol=1e-6), name


@needs_trl
def test_a_model_that_chats_is_told_the_problem(tmp_path, monkeypatch):
    """A tiny model with a tokenizer of its own and a chat template, as real models have."""
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    inner = Tokenizer(models.BPE({letter: place for place, letter in enumerate([*letters, "<end>"])}, []))
    inner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=inner, eos_token="<end>", pad_token="<end>")
    tokenizer.chat_template = "{% for message in messages %}{{ message['content'] }}{% endfor %}"
    tokenizer.save_pretrained(tmp_path / "chats")
    shape = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}
    LlamaForCausalLM(LlamaConfig(vocab_size=257, max_position_embeddings=1024, **shape)).save_pretrained(
        tmp_path / "chats"
    )
    monkeypatch.setattr(with_trl, "ROOM", 4)
    arguments = ["--task", "countdown", "--steps", "1", "--problems", "1", "--out", str(tmp_path / "out")]
    with_trl.main([str(tmp_path / "chats"), *arguments])
    assert (tmp_path / "out" / "model.safetensors").exists()
