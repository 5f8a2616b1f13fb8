"""The trained fast learner that pages and exercises use: `python -m companion.fast_learners.kept` makes it again."""

from safetensors.torch import save

from companion.fast_learners import rl2
from companion.fast_learners.bandits import SAFE_ARM
from companion.fast_learners.rl2 import FastLearner, RL2Settings
from companion.lab import checkpoints
from companion.lab.streams import Streams

NAME = "rl2-safe-arm"


def safe_arm_learner() -> FastLearner:
    """The kept RL² network for the safe-arm world; raises LabError where its file is missing or altered."""
    return rl2.load(checkpoints.checked(NAME))


def make() -> None:
    """Train it like the first seed of clocks-slow-trains-fast (about a minute) and keep it."""
    learner = rl2.train(RL2Settings(updates=2500), SAFE_ARM, Streams(0).numpy("training"))
    checkpoints.keep(NAME, save(learner.state_dict()), "python -m companion.fast_learners.kept")


if __name__ == "__main__":
    make()
