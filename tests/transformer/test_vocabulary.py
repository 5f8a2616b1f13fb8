"""Words and ids, there and back, also by way of the library's tokenizer."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from transformers import AutoTokenizer

from companion.transformer.vocabulary import BEGIN, END, PAD, Vocabulary, vocabulary_of

WORDS = ("think", "answer", "+", "-", "*", ".", "ABC", "BAC", "0", "1", "10", "99", "big")
VOCABULARY = Vocabulary((BEGIN, END, PAD, *WORDS))
TOKENIZER = VOCABULARY.tokenizer()
texts = st.lists(st.sampled_from((BEGIN, END, *WORDS)), max_size=12)


def test_an_id_is_the_place_of_its_word() -> None:
    assert VOCABULARY.encode("<s> think ABC big </s>") == [0, 3, 9, 15, 1]
    assert (VOCABULARY.begin, VOCABULARY.end, VOCABULARY.pad) == (0, 1, 2)


@given(texts)
def test_what_is_encoded_can_be_decoded(words: list[str]) -> None:
    ids = VOCABULARY.encode(" ".join(words))
    assert VOCABULARY.decode(ids).split() == words


def test_padding_is_not_read_aloud() -> None:
    assert VOCABULARY.decode([0, 9, 2, 1, 2, 2]) == "<s> ABC </s>"


@given(texts)
def test_the_tokenizer_reads_the_same_ids(words: list[str]) -> None:
    text = " ".join(words)
    assert TOKENIZER(text)["input_ids"] == VOCABULARY.encode(text)


@given(texts)
def test_the_tokenizer_writes_the_same_words(words: list[str]) -> None:
    ids = VOCABULARY.encode(" ".join(words))
    assert TOKENIZER.convert_ids_to_tokens(ids) == words


def test_the_tokenizer_knows_the_three_special_words_and_fills_prompts_on_the_left() -> None:
    assert (TOKENIZER.bos_token_id, TOKENIZER.eos_token_id, TOKENIZER.pad_token_id) == (0, 1, 2)
    filled = TOKENIZER(["<s> ABC", "<s> ABC + BAC"], padding=True)
    assert filled["input_ids"] == [[2, 2, 0, 9], [0, 9, 5, 10]]
    assert filled["attention_mask"] == [[0, 0, 1, 1], [1, 1, 1, 1]]


def test_a_saved_tokenizer_holds_the_vocabulary(tmp_path: Path) -> None:
    TOKENIZER.save_pretrained(tmp_path)
    loaded = AutoTokenizer.from_pretrained(tmp_path)
    assert vocabulary_of(loaded) == VOCABULARY
    assert loaded("<s> 10 * 99 big")["input_ids"] == VOCABULARY.encode("<s> 10 * 99 big")


def test_an_unknown_word_is_named_and_the_known_ones_are_shown(is_one_sentence) -> None:
    with pytest.raises(ValueError, match="'CAB' is not a word of this language") as refused:
        VOCABULARY.encode("<s> ABC CAB DBA")
    assert is_one_sentence(str(refused.value))
    for word in ("think", "ABC", "big"):
        assert word in str(refused.value)
    assert "DBA" not in str(refused.value)


def test_the_summary_of_a_large_vocabulary_is_short() -> None:
    large = Vocabulary((BEGIN, END, PAD, *map(str, range(500))))
    assert large.summary() == "0, 1, 2, 3, 4, 5, 6, 7, 8, 9, ..., 499"
    assert Vocabulary((BEGIN, END, PAD, "a", "b")).summary() == "a, b"


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ((), "begins with"),
        (("a", "b", "c"), "begins with <s>, </s> and <pad>"),
        ((END, BEGIN, PAD, "a"), "begins with"),
        ((BEGIN, END, PAD, "a", "b", "a"), "every word once"),
        ((BEGIN, END, PAD, END), "every word once"),
    ],
)
def test_an_impossible_vocabulary_is_refused(words: tuple[str, ...], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        Vocabulary(words)
