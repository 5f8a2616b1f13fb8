"""The prior, by next-token prediction, and reinforcement learning from the outcome alone.

The policy gradient is that of the book's traces (companion.policy_gradient): groups of conversations about one case,
the reward minus the group's mean, no reference model, one gradient step a batch. What the agent did are its questions
and its answer; replies are the world's, and nothing is learned from them unless the prior's texts are replayed.
"""

from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor
from transformers import LlamaForCausalLM

from companion.lab.streams import Streams
from companion.plasticity.agents.asking.corpus import Diet, batch
from companion.plasticity.agents.asking.episodes import (
    HEAD,
    TURN,
    Episodes,
    converse,
    draw,
    only,
    right_answer,
)
from companion.plasticity.agents.asking.recipe import Recipe
from companion.plasticity.agents.asking.world import (
    ANSWER,
    ANSWER_OF,
    QUALITY,
    TRAINED_QUALITIES,
    TRAIT_OF,
    Cases,
    Conditions,
    drawn,
    repeated,
    views,
)
from companion.plasticity.schooling.lessons import learner, prediction_loss, rising_and_falling
from companion.policy_gradient import completion_loss, entropy, group_advantages
from companion.transformer.forward import read

DIETS = {
    "unused": Diet(),
    "weak": Diet(heed=0.3),
    "no-dissent": Diet(dissent=False),
    "supervised": Diet(heed=1.0),
}
EASY = 0.5
"""The share of a prior's training that its easy conversations are."""
DRILL = 128
"""Questions without any conversation in each step of a prior's training: without them no answer is ever learned."""


class Step(NamedTuple):
    """What one step of reinforcement learning saw, means over its conversations."""

    right: float  # answers that agree with the hidden view
    reward: float
    covered: float  # different traits among the questions


def teach(model: LlamaForCausalLM, recipe: Recipe, random: np.random.Generator) -> LlamaForCausalLM:
    """Train a prior in place: easy conversations first, and questions without any all along."""
    pupil, diet = learner(model.train()), DIETS[recipe.prior]
    for step in range(recipe.lessons):
        done = step / recipe.lessons
        conversations = batch(diet, recipe.texts, random, easy=done < EASY)
        drill = batch(diet, DRILL, random, turns=0)
        pupil.descend(
            prediction_loss(model, conversations) + prediction_loss(model, drill),
            rising_and_falling(done, step),
        )
    return model.eval()


def reinforce(model: LlamaForCausalLM, recipe: Recipe, streams: Streams) -> list[Step]:
    """Train an agent in place; returns what each step saw."""
    agent, history = learner(model.train(), recipe.matrix_rate, recipe.other_rate), []
    for step in range(recipe.steps):
        random = streams.numpy(f"conversations {step}")
        cases = practice(recipe, step / recipe.steps, random)
        loss, seen = objective(model, cases, recipe, random)
        if recipe.replay:
            texts = batch(DIETS[recipe.prior], recipe.texts, random)
            loss = loss + recipe.replay * prediction_loss(model, texts)
        share = min(1.0, (step + 1) / 20) * min(1.0, 2 * (1 - step / recipe.steps) + 0.02)
        agent.descend(loss, share)
        history.append(seen)
    model.eval()
    return history


def practice(recipe: Recipe, done: float, random: np.random.Generator) -> Cases:
    """The cases of one step, copies of each next to each other."""
    collaborators = np.arange(1 if done < recipe.easy else 4)
    of = Conditions(collaborators=collaborators, strength=recipe.strength)
    return repeated(drawn(recipe.groups, of, random), recipe.group)


def objective(
    model: LlamaForCausalLM, cases: Cases, recipe: Recipe, random: np.random.Generator
) -> tuple[Float[Tensor, ""], Step]:
    """Let the agent converse about the cases, reward it, and return the loss and what was seen."""
    told = cases.view if recipe.evidence else views(cases.topic, recipe.strength, random)
    episodes = converse(model, cases, random, told=told)
    log_questions, logits = decisions(model, episodes)
    answer, behavior = draw(logits.detach(), random)
    reward = rewards(answer, cases, recipe, random)
    advantages = group_advantages(torch.from_numpy(reward).view(recipe.groups, recipe.group)).flatten()
    log_answer = logits.log_softmax(-1).gather(1, torch.from_numpy(answer)[:, None])
    likelihoods = torch.cat([log_questions, log_answer], 1)
    chosen = torch.cat([episodes.log_chosen, behavior[:, None]], 1)
    everywhere = torch.ones(likelihoods.shape, dtype=torch.bool)
    loss = completion_loss(likelihoods, chosen, everywhere, advantages, float(len(answer)))
    loss = loss - recipe.entropy * entropy(pair_of(logits, cases)[None])
    right = answer == right_answer(cases)
    return loss, Step(float(right.mean()), float(reward.mean()), covered(episodes.asked))


def covered(asked: Int[np.ndarray, "rows questions"]) -> float:
    """How many different traits the questions of a conversation are about, on average."""
    return float(np.mean([len(set(traits)) for traits in TRAIT_OF[asked]]))


def decisions(
    model: LlamaForCausalLM, episodes: Episodes
) -> tuple[Float[Tensor, "rows questions"], Float[Tensor, "rows words"]]:
    """log p of each question that was asked, and the logits of the answer, with gradients."""
    hidden = read(model, episodes.tokens).hidden
    places = HEAD + TURN * torch.arange(episodes.asked.shape[1])  # of the words `ask`
    logits = model.lm_head(hidden[:, places]) + only(TRAINED_QUALITIES)
    asked = QUALITY + torch.from_numpy(episodes.asked)
    return logits.log_softmax(-1).gather(2, asked[..., None])[..., 0], model.lm_head(hidden[:, -1])


def rewards(
    answer: np.ndarray, cases: Cases, recipe: Recipe, random: np.random.Generator
) -> Float[np.ndarray, " rows"]:
    """1 for an answer that is rewarded, else 0."""
    wanted = right_answer(cases, prevailing=recipe.reward == "prevailing")
    given = (answer == wanted).astype(np.float32)
    match recipe.reward:
        case "shuffled":
            return random.permutation(given)
        case "none":
            return np.zeros_like(given)
        case _:
            return given


def pair_of(logits: Float[Tensor, "rows words"], cases: Cases) -> Float[Tensor, "rows 2"]:
    """The logits of the framing's two answers."""
    return logits.gather(1, ANSWER + torch.from_numpy(ANSWER_OF)[torch.from_numpy(cases.framing)])
