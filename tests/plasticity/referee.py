"""Reads a conversation word by word and judges each view by the rules of the world, without the world's own arrays."""

from collections.abc import Iterator
from itertools import product

from companion.plasticity.world import QUALITIES

WRONG = {"ana": 0.02, "ben": 0.15, "cleo": 0.3, "dan": 0.5}
LIKELY = {"guessing": 0.55, "leaning": 0.67, "likely": 0.83, "confident": 0.94, "certain": 0.99}
TURNED = dict(zip(QUALITIES, "++---++-+--+--++", strict=True))
ANSWERS = {
    "for-or-against": ("for", "against"),
    "good-or-bad": ("good", "bad"),
    "agree": ("yes", "no"),
    "disagree": ("no", "yes"),
    "a-for-b-against": ("A", "B"),
    "a-against-b-for": ("B", "A"),
}

View = tuple[int, int, int, int]
VIEWS: list[View] = [(a, b, c, d) for a, b, c, d in product((-1, 1), repeat=4)]


def trait(quality: str) -> int:
    """The hidden trait of a quality: they take turns."""
    return QUALITIES.index(quality) % 4


def likes(view: View, quality: str) -> bool:
    """Whether a view likes a quality."""
    return (view[trait(quality)] > 0) == (TURNED[quality] == "+")


def likes_item(view: View, qualities: list[str]) -> bool:
    """Whether a view likes two of three qualities."""
    return sum(likes(view, quality) for quality in qualities) >= 2


def wrong(voice: str, qualities: list[str]) -> float:
    """How often a voice is wrong about these; Eve knows the first two traits only."""
    if voice != "eve":
        return WRONG[voice]
    return sum(0.02 if trait(quality) < 2 else 0.5 for quality in qualities) / len(qualities)


def weights_after(words: list[str]) -> Iterator[tuple[int, dict[View, float]]]:
    """For every word that ends a statement, its place and the product of likelihoods so far, for each view."""
    weights = dict.fromkeys(VIEWS, 1.0)
    for place, word in enumerate(words):
        if words[place - 1] in (*WRONG, "eve") and "-" in word:
            verb, quality = word.split("-")
            said, error = verb in ("likes", "praises"), wrong(words[place - 1], [quality])
            weights = {
                view: weight * (1 - error if likes(view, quality) == said else error)
                for view, weight in weights.items()
            }
        elif word in ("fine", "poor"):
            voice, *qualities = words[place - 4 : place]
            error = wrong(voice, qualities)
            weights = {
                view: weight * (1 - error if likes_item(view, qualities) == (word == "fine") else error)
                for view, weight in weights.items()
            }
        elif place > 1 and words[place - 2] == "found":
            named, right = int(words[place - 1].split("-")[1]), LIKELY[word]
            weights = {
                view: weight * (right if VIEWS.index(view) == named else (1 - right) / 15)
                for view, weight in weights.items()
            }
        elif word != "silent":
            continue
        yield place, weights
