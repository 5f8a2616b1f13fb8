"""How the agent learns: to do what the planner would, in every context of its texts."""

from random import Random

from transformers import LlamaForCausalLM

from companion.lab.streams import Streams
from companion.plasticity.agents.ledger.recipe import Recipe
from companion.plasticity.agents.ledger.streams import EASY, HABITS, lesson
from companion.plasticity.agents.ledger.world import VOCABULARY
from companion.plasticity.schooling.lessons import learner, prediction_loss, rising_and_falling
from companion.transformer.model import ModelSettings, new_model

WINDOW = 192
"""Words that a model has places for; an episode has fewer than 140."""
SHORT = 0.4
"""The share of steps whose texts are short and easy."""


def shape_of(recipe: Recipe) -> ModelSettings:
    """The size of a recipe's model."""
    return ModelSettings(recipe.width, recipe.layers, recipe.heads, recipe.feedforward, WINDOW)


def new_agent(recipe: Recipe, streams: Streams) -> LlamaForCausalLM:
    """Train an agent."""
    model = new_model(shape_of(recipe), VOCABULARY, streams.seed("weights"))
    pupil, random = learner(model.train()), Random(streams.seed("texts"))
    for step in range(recipe.steps):
        done = step / recipe.steps
        texts = (
            lesson(EASY[recipe.variant], 2 * recipe.texts, recipe.first_length, random)
            if done < SHORT
            else lesson(HABITS[recipe.variant], recipe.texts, recipe.length, random)
        )
        pupil.descend(prediction_loss(model, texts), rising_and_falling(done, step))
    return model.eval()
