"""Words and their ids. A text of this book's small languages is a sequence of words parted by spaces."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from transformers import PreTrainedTokenizerFast

BEGIN, END, PAD = "<s>", "</s>", "<pad>"


@dataclass(frozen=True)
class Vocabulary:
    """A word's id is its place; the first three words open a text, close it and fill a row to its end."""

    words: tuple[str, ...]

    def __post_init__(self) -> None:
        if self.words[:3] != (BEGIN, END, PAD):
            raise ValueError(f"a vocabulary begins with {BEGIN}, {END} and {PAD}, not with {self.words[:3]}")
        if len(set(self.words)) < len(self.words):
            raise ValueError("a vocabulary lists every word once")

    @cached_property
    def ids(self) -> dict[str, int]:
        """Each word's id."""
        return {word: place for place, word in enumerate(self.words)}

    @property
    def begin(self) -> int:
        """The id that opens a text."""
        return 0

    @property
    def end(self) -> int:
        """The id that closes a text."""
        return 1

    @property
    def pad(self) -> int:
        """The id that stands where there is no word."""
        return 2

    def encode(self, text: str) -> list[int]:
        """The ids of a text; raises ValueError for a word that the language does not have."""
        unknown = [word for word in text.split() if word not in self.ids]
        if unknown:
            raise ValueError(
                f"'{unknown[0]}' is not a word of this language; its words are {self.summary()}."
            )
        return [self.ids[word] for word in text.split()]

    def decode(self, ids: Iterable[int]) -> str:
        """The text of a row of ids, without what only fills it."""
        return " ".join(self.words[i] for i in map(int, ids) if i != self.pad)

    def summary(self) -> str:
        """A few of the words, for messages."""
        shown = self.words[3:]
        return ", ".join(shown if len(shown) <= 12 else (*shown[:10], "...", shown[-1]))

    def tokenizer(self) -> PreTrainedTokenizerFast:
        """A tokenizer of the transformers library that reads and writes the same ids."""
        from tokenizers import Tokenizer, models, pre_tokenizers

        inner = Tokenizer(models.WordLevel(self.ids, unk_token=PAD))
        inner.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
        return PreTrainedTokenizerFast(
            tokenizer_object=inner, bos_token=BEGIN, eos_token=END, pad_token=PAD, padding_side="left"
        )


def vocabulary_of(tokenizer: PreTrainedTokenizerFast) -> Vocabulary:
    """The vocabulary that a saved tokenizer was made of."""
    ids = tokenizer.get_vocab()
    return Vocabulary(tuple(sorted(ids, key=ids.__getitem__)))
