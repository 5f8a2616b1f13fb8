"""The network against a convolution written out in numpy, and how it begins."""

import numpy as np
import pytest
import torch

from companion.alphazero.network import NetworkSettings, PolicyValueNet, new_network
from companion.games.board import CONNECT_FOUR, CONNECT_THREE, Board
from tests.alphazero.referee import awake


def convolved(x: np.ndarray, weight: np.ndarray, bias: np.ndarray) -> np.ndarray:
    """Every output cell as a sum over the neighbors that lie on the board."""
    reach = weight.shape[2] // 2
    rows, columns = x.shape[2:]
    out = np.tile(bias[None, :, None, None], (len(x), 1, rows, columns))
    for row, column in np.ndindex(rows, columns):
        for i, j in np.ndindex(weight.shape[2:]):
            r, c = row + i - reach, column + j - reach
            if 0 <= r < rows and 0 <= c < columns:
                out[:, :, row, column] += x[:, :, r, c] @ weight[:, :, i, j].T
    return out


def written_out(network: PolicyValueNet, planes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(logits, value), from the weights by their names, in double precision."""
    weights = {name: tensor.detach().double().numpy() for name, tensor in network.state_dict().items()}

    def layer(name: str, x: np.ndarray) -> np.ndarray:
        return convolved(x, weights[f"{name}.weight"], weights[f"{name}.bias"])

    x = np.maximum(layer("stem", planes), 0)
    for index in range(len(network.residual())):
        inner = np.maximum(layer(f"blocks.{index}.first", x), 0)
        x = np.maximum(x + layer(f"blocks.{index}.second", inner), 0)
    x = np.maximum(layer("squeeze", x), 0).reshape(len(x), -1)
    hidden = np.maximum(x @ weights["hidden.weight"].T + weights["hidden.bias"], 0)
    out = hidden @ weights["heads.weight"].T + weights["heads.bias"]
    return out[:, :-1], np.tanh(out[:, -1])


@pytest.mark.parametrize("board", [CONNECT_FOUR, CONNECT_THREE])
@pytest.mark.parametrize("settings", [NetworkSettings(5, 2, 7), NetworkSettings(4, 0, 3)])
def test_it_is_the_network_written_out(board: Board, settings: NetworkSettings) -> None:
    network = awake(board, settings, seed=1)
    planes = np.random.default_rng(0).integers(0, 2, (3, 2, board.rows, board.columns)).astype(np.float32)
    with torch.no_grad():
        logits, value = network(torch.from_numpy(planes))
    expected_logits, expected_value = written_out(network, planes.astype(float))
    assert logits.numpy() == pytest.approx(expected_logits, abs=1e-5)
    assert value.numpy() == pytest.approx(expected_value, abs=1e-5)
    assert np.ptp(expected_value) > 1e-3


def test_the_default_has_80_thousand_parameters() -> None:
    network = new_network(CONNECT_FOUR, NetworkSettings(), 0)
    assert sum(parameter.numel() for parameter in network.parameters()) == pytest.approx(80_000, rel=0.02)


def test_a_new_block_passes_on_what_it_gets() -> None:
    """Up to its bias: the convolution that would add something starts at zero."""
    network = new_network(CONNECT_THREE, NetworkSettings(6, 2, 8), 0)
    x = torch.rand(4, 6, 4, 5)
    for block in network.residual():
        bias = block.second.bias[None, :, None, None]
        torch.testing.assert_close(block(x), torch.relu(x + bias))
        torch.testing.assert_close(network.blocks[0](-x - 10), torch.zeros_like(x))


def test_a_seed_fixes_the_first_weights_and_touches_no_other_generator() -> None:
    torch.manual_seed(7)
    before = torch.random.get_rng_state()
    first, again, other = (new_network(CONNECT_THREE, NetworkSettings(), seed) for seed in (1, 1, 2))
    assert torch.equal(torch.random.get_rng_state(), before)
    assert torch.equal(first.hidden.weight, again.hidden.weight)
    assert not torch.equal(first.hidden.weight, other.hidden.weight)


@pytest.mark.parametrize("wrong", [{"channels": 0}, {"hidden": 0}, {"blocks": -1}])
def test_an_impossible_network_is_refused(wrong: dict) -> None:
    with pytest.raises(ValueError, match="a network needs at least one channel"):
        NetworkSettings(**wrong)
