"""The fused forward pass against its plain twin and the network in float32; which of them a processor gets."""

import numpy as np
import pytest
import torch

from companion.alphazero import inference
from companion.alphazero.evaluator import network_evaluator
from companion.alphazero.inference import frozen, fused, half_precision
from companion.alphazero.network import NetworkSettings
from companion.games.board import CONNECT_FOUR, CONNECT_THREE, Board
from tests.alphazero.referee import PARTS, apart, awake, boards_full_of_stones, step
from tests.search.positions import sampled

ROUNDING = 2.0**-9
"""The largest relative error of a number rounded to bfloat16, which keeps 8 binary digits."""

BOUND = 10 * ROUNDING
"""Of the largest logit. A network of three blocks rounds ten times on the way; errors add up no worse than that."""

needs_bfloat16 = pytest.mark.skipif(
    not inference._has_bfloat16(), reason="this processor has no bfloat16: it uses the plain network"
)


@needs_bfloat16
@pytest.mark.parametrize("count", [1, 7, 256])
@pytest.mark.parametrize("settings", [NetworkSettings(), NetworkSettings(16, 2), NetworkSettings(5, 1, 7)])
@pytest.mark.parametrize("board", [CONNECT_FOUR, CONNECT_THREE])
def test_fused_plain_and_float32_differ_by_rounding_alone(
    board: Board, settings: NetworkSettings, count: int
) -> None:
    network = awake(board, settings, seed=3)
    twin, planes = half_precision(network), boards_full_of_stones(board, 256)
    with torch.inference_mode():
        bound = BOUND * float(network(planes).logits.abs().max())
        some = planes[:count]
        quick, plain, exact = fused(twin)(some), twin(some), network(some)
    assert apart(quick, plain) < bound
    assert apart(quick, exact) < bound
    assert apart(plain, exact) < bound


@needs_bfloat16
@pytest.mark.parametrize("part", PARTS)
def test_a_part_left_out_is_more_than_rounding(part: str) -> None:
    """So the bound binds every bias, skip and block: without one of them the outputs are further apart."""
    network = awake(CONNECT_FOUR, NetworkSettings(), seed=3)
    planes = boards_full_of_stones(CONNECT_FOUR, 256)
    with torch.inference_mode():
        whole = network(planes)
        network.get_parameter(part).zero_()
        assert apart(frozen(network)(planes), whole) > 2 * BOUND * float(whole.logits.abs().max())


@needs_bfloat16
def test_values_are_not_rounded_to_eight_digits() -> None:
    network = awake(CONNECT_FOUR, NetworkSettings(), seed=3)
    with torch.inference_mode():
        out = frozen(network)(boards_full_of_stones(CONNECT_FOUR, 256))
    for tensor in out:
        assert tensor.dtype == torch.float32
        assert (tensor != tensor.bfloat16().float()).float().mean() > 0.9


@needs_bfloat16
def test_where_there_is_bfloat16_the_fused_pass_is_used() -> None:
    network, planes = awake(CONNECT_THREE, NetworkSettings(), seed=0), boards_full_of_stones(CONNECT_THREE, 9)
    with torch.inference_mode():
        assert torch.equal(frozen(network)(planes).logits, fused(half_precision(network))(planes).logits)
        assert not torch.equal(frozen(network)(planes).logits, network(planes).logits)


@pytest.mark.parametrize(
    ("owner", "name"), [(torch.cpu, "_is_avx512_bf16_supported"), (torch.backends.mkldnn, "is_available")]
)
def test_where_there_is_none_the_network_itself_is(
    owner: object, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(owner, name, lambda: False)
    network, planes = awake(CONNECT_THREE, NetworkSettings(), seed=0), boards_full_of_stones(CONNECT_THREE, 9)
    with torch.inference_mode():
        for quick, exact in zip(frozen(network)(planes), network(planes), strict=True):
            assert torch.equal(quick, exact)


@pytest.fixture(params=["bfloat16", "float32"])
def either_path(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "float32":
        monkeypatch.setattr(inference, "_has_bfloat16", lambda: False)
    elif not inference._has_bfloat16():
        pytest.skip("this processor has no bfloat16")


@pytest.mark.usefixtures("either_path")
def test_later_learning_does_not_change_a_frozen_evaluator() -> None:
    network, positions = awake(CONNECT_THREE, NetworkSettings(), seed=0), sampled(CONNECT_THREE, 3, 8)
    evaluate = network_evaluator(CONNECT_THREE, network)
    before = evaluate(*positions)
    step(network, boards_full_of_stones(CONNECT_THREE, 9))
    again, anew = evaluate(*positions), network_evaluator(CONNECT_THREE, network)(*positions)
    for held, repeated, learned in zip(before, again, anew, strict=True):
        assert np.array_equal(held, repeated)
        assert not np.array_equal(held, learned)


@pytest.mark.usefixtures("either_path")
def test_freezing_leaves_the_network_as_it_was() -> None:
    network, planes = awake(CONNECT_THREE, NetworkSettings(), seed=0), boards_full_of_stones(CONNECT_THREE, 9)
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    with torch.inference_mode():
        frozen(network)(planes)
    assert network.training
    for name, parameter in network.named_parameters():
        assert parameter.requires_grad
        assert torch.equal(parameter, before[name])
