"""What can be asked and answered, by whom, and what an exact Bayes agent believes after any replies.

Somebody holds one of sixteen views: for each of four traits, one of two sides. Each of sixteen qualities shows one
trait, turned one way or the other. A collaborator who knows the view says whether its holder likes a quality, and is
wrong now and then. On every topic one view prevails. Training by reward never meets four of the topics, one quality of
each trait and one framing; among the qualities it never meets, as many are turned one way as the other.
"""

import itertools
from typing import Final, NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int

from companion.transformer.vocabulary import BEGIN, END, PAD, Vocabulary

Rows = Int[np.ndarray, " rows"]

TRAITS: Final = 4
VIEWS: Int[np.ndarray, "16 4"] = np.array(list(itertools.product((-1, 1), repeat=TRAITS)))

QUALITIES = (
    "brevity", "order", "speed", "color", "irony", "silence", "detail", "risk",
    "warmth", "symmetry", "age", "size", "humor", "contrast", "echo", "danger",
)  # fmt: skip
TRAIT_OF: Int[np.ndarray, " 16"] = np.arange(16) % TRAITS
TURNED: Int[np.ndarray, " 16"] = np.array([1, -1, 1, -1, -1, -1, -1, 1, -1, 1, 1, 1, 1, 1, -1, -1])
"""Two qualities of each trait show it one way, two the other."""
STANCES: Int[np.ndarray, "16 16"] = VIEWS[:, TRAIT_OF] * TURNED
"""1 where a view (row) likes a quality (column), -1 where it does not."""

TOPICS = (
    "novels", "films", "songs", "houses", "poems", "plays", "gardens", "paintings",
    "essays", "dances", "dishes", "games",
)  # fmt: skip
PREVAILING: Int[np.ndarray, " 12"] = np.array([0, 15, 3, 12, 5, 10, 6, 9, 1, 14, 4, 11])
"""The prevailing view of each topic; each trait is as often on one side as on the other, in trained and new topics."""

COLLABORATORS = ("ana", "ben", "cleo", "dan")
ERROR: Float[np.ndarray, " 4"] = np.array([0.02, 0.15, 0.3, 0.5])
"""How often each collaborator is wrong; the last one knows nothing."""

FRAMINGS = ("for-or-against", "good-or-bad", "agree", "disagree")
ANSWERS = ("for", "against", "good", "bad", "yes", "no")
ANSWER_OF: Int[np.ndarray, "4 2"] = np.array([[0, 1], [2, 3], [4, 5], [5, 4]])
"""For each framing, the answer that likes the quality and the one that does not."""

TRAINED_TOPICS, NEW_TOPICS = np.arange(8), np.arange(8, 12)
TRAINED_QUALITIES, NEW_QUALITIES = np.arange(12), np.arange(12, 16)
TRAINED_FRAMINGS, NEW_FRAMINGS = np.arange(3), np.arange(3, 4)
"""What training by reward meets, and what it does not. The prior knows them all."""

QUESTIONS: Final = 4
"""How many an agent may ask."""

ASK = "ask"
VERBS = ("likes", "enjoys", "dislikes", "avoids")
VOCABULARY = Vocabulary(
    (
        BEGIN, END, PAD, ASK, *COLLABORATORS, *FRAMINGS, *QUALITIES, *TOPICS, *ANSWERS,
        *(f"{verb}-{quality}" for quality in QUALITIES for verb in VERBS),
    )
)  # fmt: skip
COLLABORATOR, FRAMING, QUALITY, TOPIC, ANSWER, REPLY = (
    VOCABULARY.ids[words[0]]
    for words in (COLLABORATORS, FRAMINGS, QUALITIES, TOPICS, ANSWERS, (f"{VERBS[0]}-{QUALITIES[0]}",))
)
"""Where each kind of word begins."""


class Cases(NamedTuple):
    """Who is asked about what, and which answer will be wanted. A row is a conversation."""

    topic: Rows
    collaborator: Rows
    view: Rows  # hidden
    framing: Rows
    target: Rows  # the quality that the final question is about


class Conditions(NamedTuple):
    """Where cases are drawn from."""

    topics: Int[np.ndarray, " topics"] = TRAINED_TOPICS
    framings: Int[np.ndarray, " framings"] = TRAINED_FRAMINGS
    targets: Int[np.ndarray, " targets"] = TRAINED_QUALITIES
    collaborators: Int[np.ndarray, " collaborators"] = np.arange(4)
    strength: float = 0.3  # of the prevailing view


def drawn(count: int, of: Conditions, random: np.random.Generator) -> Cases:
    """Cases as the conditions say; all choices but that of the view are uniform."""
    topic = random.choice(of.topics, count)
    return Cases(
        topic,
        random.choice(of.collaborators, count),
        views(topic, of.strength, random),
        random.choice(of.framings, count),
        random.choice(of.targets, count),
    )


def repeated(cases: Cases, times: int) -> Cases:
    """Each case several times, copies next to each other."""
    return Cases(*(field.repeat(times) for field in cases))


def views(topic: Rows, strength: float, random: np.random.Generator) -> Rows:
    """The prevailing view as often as `strength` says, else any view at all."""
    if not 0 <= strength <= 1:
        raise ValueError(f"strength is a probability, not {strength}.")
    prevails = random.random(len(topic)) < strength
    return np.where(prevails, PREVAILING[topic], random.integers(0, len(VIEWS), len(topic)))


def said(view: Rows, quality: Rows, collaborator: Rows, random: np.random.Generator) -> Rows:
    """What the collaborators say of the qualities: 1 for liked, -1 for not."""
    stance = STANCES[view, quality]
    return np.where(random.random(len(view)) < ERROR[collaborator], -stance, stance)


def prior(topic: Rows, strength: float) -> Float[np.ndarray, "rows 16"]:
    """The probability of each view before anything was said."""
    chances = np.full((len(topic), len(VIEWS)), (1 - strength) / len(VIEWS))
    chances[np.arange(len(topic)), PREVAILING[topic]] += strength
    return chances


def posterior(
    cases: Cases,
    asked: Int[np.ndarray, "rows questions"],
    stances: Int[np.ndarray, "rows questions"],
    strength: float,
) -> Float[np.ndarray, "rows 16"]:
    """The probability of each view after the replies, by Bayes' rule over all sixteen."""
    error = ERROR[cases.collaborator][:, None, None]
    agrees: Bool[np.ndarray, "rows questions 16"] = STANCES.T[asked] == stances[..., None]
    chances = prior(cases.topic, strength) * np.where(agrees, 1 - error, error).prod(1)
    return chances / chances.sum(1, keepdims=True)


def liking(chances: Float[np.ndarray, "rows 16"], quality: Rows) -> Float[np.ndarray, " rows"]:
    """The probability that a quality is liked, given that of each view."""
    return (chances * (STANCES[:, quality].T > 0)).sum(1)


def answers(framing: Rows, stance: Rows) -> Rows:
    """The tokens that answer with these stances."""
    return ANSWER + ANSWER_OF[framing, (stance < 0).astype(int)]


def replies(quality: Rows, stance: Rows, wording: Rows) -> Rows:
    """The tokens of replies; each stance has two wordings."""
    return REPLY + len(VERBS) * quality + 2 * (stance < 0) + wording


def opening(cases: Cases) -> Int[np.ndarray, "rows 3"]:
    """How a conversation begins: its topic and who is there to ask."""
    begin = np.full_like(cases.topic, VOCABULARY.begin)
    return np.stack([begin, TOPIC + cases.topic, COLLABORATOR + cases.collaborator], 1)


def final_question(cases: Cases) -> Int[np.ndarray, "rows 2"]:
    """The words after which the agent answers."""
    return np.stack([FRAMING + cases.framing, QUALITY + cases.target], 1)
