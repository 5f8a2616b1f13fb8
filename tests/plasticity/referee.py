"""Reads a conversation word by word and judges each view by the rules of the world, without the world's own arrays."""

from collections.abc import Iterator
from itertools import product

from companion.plasticity.conversation.world import QUALITIES, TOPICS

WRONG = {"ana": 0.02, "ben": 0.15, "cleo": 0.3, "dan": 0.5, "eve": 0.02}
"""How often a voice is wrong; Eve knows the first two traits only."""
LIKELY = {"guessing": 0.55, "leaning": 0.67, "likely": 0.83, "confident": 0.94, "certain": 0.99}
BELOW = {"guessing": 0.6, "leaning": 0.75, "likely": 0.9, "confident": 0.97, "certain": 1.1}
TURNED = dict(zip(QUALITIES, "++---++-+--+--++", strict=True))
ANSWERS = {
    "for-or-against": ("for", "against"),
    "good-or-bad": ("good", "bad"),
    "agree": ("yes", "no"),
    "disagree": ("no", "yes"),
    "a-for-b-against": ("A", "B"),
    "a-against-b-for": ("B", "A"),
}

STRENGTH = dict(zip(TOPICS, (0.0, 0.6, 0.9, 0.98) * 3, strict=True))

View = tuple[int, int, int, int]
VIEWS: list[View] = [(a, b, c, d) for a, b, c, d in product((-1, 1), repeat=4)]


def trait(quality: str) -> int:
    """The hidden trait of a quality: they take turns."""
    return QUALITIES.index(quality) % 4


def likes(view: View, quality: str) -> bool:
    """Whether a view likes a quality."""
    return (view[trait(quality)] > 0) == (TURNED[quality] == "+")


def appeal(view: View, qualities: list[str]) -> float:
    """How often who holds the view calls an item fine: for one of its qualities, each as often."""
    return sum(likes(view, quality) for quality in qualities) / len(qualities)


def says(view: View, voice: str, qualities: list[str], liked: bool) -> float:
    """How often a voice says so: of one quality, or of one among three that it does not name, each as often."""
    errors = [0.5 if voice == "eve" and trait(quality) > 1 else WRONG[voice] for quality in qualities]
    right = [likes(view, quality) == liked for quality in qualities]
    return sum(1 - e if true else e for e, true in zip(errors, right, strict=True)) / len(qualities)


def stated(words: list[str]) -> dict[int, tuple[str, list[str], bool]]:
    """Who says what of which qualities, one or three, by the place of the last word."""
    found, place = {}, 0
    while place < len(words):
        voice, *rest = words[place].split("-")
        number = 0
        if voice in WRONG and len(rest) == 2:
            number = 3 if rest[0] in ("fine", "poor") else 1
            qualities = [word.split("-")[2] for word in words[place : place + number]]
            found[place + number - 1] = (voice, qualities, rest[0] in ("likes", "fine"))
        place += max(number, 1)
    return found


def prior(topic: str, prevailing: int, possible: list[int]) -> list[float]:
    """The weight of each view in the beginning: the prevailing one has the topic's strength, all share the rest."""
    rest = 1 - STRENGTH[topic]
    return [
        (view == prevailing) * (1 - rest) + (view in possible) * rest / len(possible) for view in range(16)
    ]


def weights_after(words: list[str]) -> Iterator[tuple[int, dict[View, float]]]:
    """For every word that ends a statement, its place and the product of likelihoods so far, for each view."""
    weights, statements = dict.fromkeys(VIEWS, 1.0), stated(words)
    for place, word in enumerate(words):
        if place in statements:
            weights = {view: weight * says(view, *statements[place]) for view, weight in weights.items()}
        elif place > 1 and words[place - 2] == "found":
            named, right = int(words[place - 1].split("-")[1]), LIKELY[word]
            weights = {
                view: weight * (right if VIEWS.index(view) == named else (1 - right) / 15)
                for view, weight in weights.items()
            }
        elif word != "nobody-speaks":
            continue
        yield place, weights


def levels(probability: float) -> set[str]:
    """The level of confidence in an answer; on an edge it may be either."""
    return {
        next(level for level, edge in BELOW.items() if near < edge)
        for near in (probability - 1e-9, probability + 1e-9)
    }


def follows(words: list[str], before: list[float]) -> dict[int, dict[str, float]]:
    """What may follow a question, and how probable it is, by place; `before` weighs the views at the beginning."""
    found: dict[int, dict[str, float]] = {}
    ends, prior = dict(weights_after(words)), dict(zip(VIEWS, before, strict=True))
    held = prior
    for place, word in enumerate(words):
        if place in ends:
            products = {view: weight * prior[view] for view, weight in ends[place].items()}
            held = {view: weight / sum(products.values()) for view, weight in products.items()}
        if words[place - 1] in ANSWERS:
            yes = sum(weight for view, weight in held.items() if likes(view, word))
            found[place] = dict(zip(ANSWERS[words[place - 1]], (yes, 1 - yes), strict=True))
        elif place > 3 and words[place - 3] == "rate":
            item = words[place - 2 : place + 1]
            fine = sum(weight * appeal(view, item) for view, weight in held.items())
            found[place] = {"fine": fine, "poor": 1 - fine}
        elif word == "note":
            found[place] = {f"code-{number}": held[view] for number, view in enumerate(VIEWS)}
        elif word == "sure?" or words[place - 1] == "note":
            found[place] = dict.fromkeys(levels(max(found[place - 1].values())), 1.0)
    return found
