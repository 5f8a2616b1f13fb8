"""A model is a Llama of the library: saved, it is read by the library's own classes and says the same."""

from pathlib import Path

import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, LlamaForCausalLM
from transformers.utils import logging

from companion.transformer.model import ModelSettings, load, new_model, save
from tests.transformer.models import SHAPES, SMALL, awake, language, library_logits, some_tokens, weights


def test_the_library_reads_a_saved_model_to_the_same_logits(tmp_path: Path) -> None:
    model, vocabulary = awake(), language()
    save(model, vocabulary, tmp_path)
    read = AutoModelForCausalLM.from_pretrained(tmp_path)
    tokenizer = AutoTokenizer.from_pretrained(tmp_path)
    assert type(read) is LlamaForCausalLM
    tokens = tokenizer("<s> a b c a", return_tensors="pt")["input_ids"]
    assert tokens.tolist() == [vocabulary.encode("<s> a b c a")]
    with torch.no_grad():
        assert torch.equal(library_logits(read, tokens), library_logits(model, tokens))


@pytest.mark.parametrize("shape", SHAPES)
def test_load_gives_back_what_save_wrote(tmp_path: Path, shape: str) -> None:
    model, vocabulary = awake(SHAPES[shape], seed=3), language()
    save(model, vocabulary, tmp_path)
    loaded, words = load(tmp_path)
    assert words == vocabulary
    assert weights(loaded) == weights(model)
    tokens = some_tokens(3, 7)
    with torch.no_grad():
        assert torch.equal(library_logits(loaded, tokens), library_logits(model, tokens))
    assert loaded.config.max_position_embeddings == SHAPES[shape].window


def test_saving_leaves_the_library_as_talkative_as_it_was(tmp_path: Path) -> None:
    before = logging.get_verbosity()
    logging.set_verbosity_info()
    try:
        save(awake(), language(), tmp_path)
        assert logging.get_verbosity() == logging.INFO
    finally:
        logging.set_verbosity(before)


def test_a_model_has_the_shape_that_was_asked_for() -> None:
    settings = ModelSettings(24, 3, 4, 10, 31)
    model = new_model(settings, language(5), 0)
    shapes = {name: tuple(parameter.shape) for name, parameter in model.named_parameters()}
    assert len(model.model.layers) == 3
    assert shapes["model.embed_tokens.weight"] == shapes["lm_head.weight"] == (8, 24)
    assert shapes["model.layers.0.self_attn.k_proj.weight"] == (24, 24)
    assert shapes["model.layers.2.mlp.gate_proj.weight"] == (10, 24)
    assert model.config.num_attention_heads == model.config.num_key_value_heads == 4
    assert model.config.max_position_embeddings == 31
    assert (model.config.bos_token_id, model.config.eos_token_id, model.config.pad_token_id) == (0, 1, 2)


def test_reading_and_saying_have_weights_of_their_own() -> None:
    model = new_model(SMALL, language(), 0)
    assert model.lm_head.weight.data_ptr() != model.model.embed_tokens.weight.data_ptr()
    assert not torch.equal(model.lm_head.weight, model.model.embed_tokens.weight)


def test_a_seed_fixes_the_first_weights_whatever_the_global_generator_does() -> None:
    torch.manual_seed(1)
    first = weights(new_model(SMALL, language(), 5))
    torch.manual_seed(2)
    assert weights(new_model(SMALL, language(), 5)) == first
    assert weights(new_model(SMALL, language(), 6)) != first


def test_a_new_model_is_undecided_and_its_residual_stream_does_not_grow_with_depth() -> None:
    """In twelve layers as in one: what is added to the stream keeps its size."""
    tokens, sizes = some_tokens(4, 12), {}
    for layers in (1, 12):
        model = new_model(ModelSettings(64, layers, 4, 160, 16), language(), 0)
        stream: list[torch.Tensor] = []
        model.model.norm.register_forward_pre_hook(lambda _, given: stream.append(given[0]))  # noqa: B023
        with torch.no_grad():
            probabilities = library_logits(model, tokens).softmax(-1)
        assert float((probabilities - 1 / 9).abs().max()) < 0.1
        sizes[layers] = float(stream[0].square().mean().sqrt())
    assert 0.5 < sizes[12] / sizes[1] < 2


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"width": 0}, "width"),
        ({"layers": 0}, "layers"),
        ({"heads": 0}, "heads"),
        ({"feedforward": -1}, "feedforward"),
        ({"window": 0}, "window"),
        ({"width": 12, "heads": 4}, "multiple of twice the 4 heads, not 12"),
    ],
)
def test_an_impossible_model_is_refused_by_name(wrong: dict, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        ModelSettings(**wrong)
