"""Connect Four against a policy-value network, with and without search, in JupyterLab and in the page.

The page runs the network and the search itself. The weights travel as float16, 160 kB a network; a test compares the
page's numbers with torch's and its visit counts with those of companion.search.plain.
"""

import base64
import hashlib
import html
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import anywidget
import numpy as np
import torch
import traitlets
from jaxtyping import Float16, Int64

from companion.alphazero.evaluator import SMALLEST
from companion.alphazero.network import PolicyValueNet
from companion.alphazero.planes import to_planes
from companion.games.board import CONNECT_FOUR, Board
from companion.games.connect_four import Position
from companion.games.notation import from_digits, require_unfinished
from companion.search.evaluator import Evaluate, Evaluation
from companion.search.plain import Node, search
from companion.search.settings import SearchSettings
from companion.widgets import pieces
from companion.widgets.faces import TwoFaces

SIMULATIONS = (0, 8, 32, 128, 512)
"""What a reader can choose from."""


class _Piece(anywidget.AnyWidget):
    """The piece in JupyterLab: its scripts, and the state that Python and the page share."""

    _esm = traitlets.Unicode().tag(sync=True)
    _css = traitlets.Unicode().tag(sync=True)
    board = traitlets.Dict().tag(sync=True)
    networks: traitlets.List[Any] = traitlets.List().tag(sync=True)
    search = traitlets.Dict().tag(sync=True)
    choices: traitlets.List[Any] = traitlets.List().tag(sync=True)
    opening = traitlets.Unicode().tag(sync=True)
    network = traitlets.Unicode().tag(sync=True)
    simulations = traitlets.Int().tag(sync=True)
    blind = traitlets.Bool().tag(sync=True)
    moves = traitlets.Unicode().tag(sync=True)


@dataclass(frozen=True)
class Start:
    """What the piece shows first. Readers change all of it but the opening, to which every new game returns."""

    network: str
    simulations: int = 128
    blind: bool = False
    opening: str = ""
    """The stones that lie already, as digits: "4453"."""


class ConnectFourGame(TwoFaces):
    """The game as the value of a cell."""

    widget: _Piece

    @property
    def moves(self) -> str:
        """The stones on the board, as the digits that `companion.games.notation.from_digits` reads."""
        return self.widget.moves


def connect_four_game(
    networks: Mapping[str, PolicyValueNet],
    board: Board = CONNECT_FOUR,
    *,
    network: str | None = None,
    simulations: int = 128,
    blind: bool = False,
    opening: str = "",
) -> ConnectFourGame:
    """The game against these networks; the reader chooses one by its name. It begins with `network`, or with the last.

    Raises ValueError where there is no network, one does not fit the board, the simulations are not among SIMULATIONS,
    or the opening cannot be played or ends the game.
    """
    if not networks:
        raise ValueError("the game needs at least one network")
    start = Start(network or list(networks)[-1], simulations, blind, opening)
    position = _checked(networks, board, start)
    packed = [_packed(name, one, board) for name, one in networks.items()]
    state = _initial_state(packed, board, start)
    widget = _Piece(_esm=pieces.module("connect_four"), _css=pieces.style("connect_four"), **state)
    light = state | {"networks": [{**one, "weights": ""} for one in packed]}
    page = pieces.in_page("connect_four", light, _table(networks, board, position, start))
    shared = {one["digest"]: pieces.shared(one["digest"], one["weights"]) for one in packed}
    return ConnectFourGame(widget, page + "".join(shared.values()))


def _checked(networks: Mapping[str, PolicyValueNet], board: Board, start: Start) -> Position:
    """The position that the game starts from; a ValueError for what cannot be played."""
    for name, network in networks.items():
        cells = network.hidden.in_features // network.squeeze.out_channels
        if (network.columns, cells) != (board.columns, board.size):
            raise ValueError(
                f"the network {name!r} was made for {network.columns} columns and {cells} cells, "
                f"the board has {board.columns} and {board.size}"
            )
    if start.network not in networks:
        raise ValueError(f"there is no network {start.network!r} among {', '.join(map(repr, networks))}")
    if start.simulations not in SIMULATIONS:
        raise ValueError(
            f"simulations must be one of {', '.join(map(str, SIMULATIONS))}, not {start.simulations}"
        )
    position = from_digits(board, start.opening)
    require_unfinished(board, position)
    return position


def _initial_state(packed: list[dict[str, Any]], board: Board, start: Start) -> dict[str, Any]:
    settings = SearchSettings()
    return {
        "board": {"columns": board.columns, "rows": board.rows, "line": board.line},
        "networks": packed,
        "search": {"c_puct": settings.c_puct, "reduction": settings.reduction},
        "choices": list(SIMULATIONS),
        "opening": start.opening,
        "network": start.network,
        "simulations": start.simulations,
        "blind": start.blind,
        "moves": start.opening,
    }


def halves(network: PolicyValueNet) -> Float16[np.ndarray, " parameters"]:
    """Every number of the network's state, in its order, as the page gets it."""
    arrays = [array.detach().cpu().half().numpy() for array in network.state_dict().values()]
    return np.concatenate([array.reshape(-1) for array in arrays]).astype("<f2")


def _packed(name: str, network: PolicyValueNet, board: Board) -> dict[str, Any]:
    """A network as the page reads it. The digest names its weights, so that several pieces can share them."""
    flat = halves(network)
    if not np.isfinite(flat).all():
        raise ValueError(f"the network {name!r} has weights that are not numbers, or too large for float16")
    shape = {
        "rows": board.rows,
        "columns": board.columns,
        "channels": network.stem.out_channels,
        "blocks": len(network.blocks),
        "squeezed": network.squeeze.out_channels,
        "hidden": network.hidden.out_features,
    }
    content = flat.tobytes()
    digest = hashlib.sha256(content).hexdigest()[:16]
    return {"name": name, "digest": digest, "shape": shape, "weights": base64.b64encode(content).decode()}


def evaluator_of_the_page(board: Board, network: PolicyValueNet) -> Evaluate:
    """The network as the page has it: weights rounded to float16, arithmetic in float32."""
    state = {name: array.detach().cpu().half().float() for name, array in network.state_dict().items()}

    @torch.inference_mode()
    def evaluate(mine: Int64[np.ndarray, " n"], stones: Int64[np.ndarray, " n"]) -> Evaluation:
        logits, value = torch.func.functional_call(network, state, (to_planes(board, mine, stones),))
        return Evaluation(logits.softmax(1).clamp_min(SMALLEST).numpy(), value.numpy())

    return evaluate


def _table(networks: Mapping[str, PolicyValueNet], board: Board, position: Position, start: Start) -> str:
    """For a reader without scripts: what each network, and a search with it, would play first."""
    settings = SearchSettings(blind=start.blind)
    rows = []
    for name, network in networks.items():
        evaluate = evaluator_of_the_page(board, network)
        root = search(board, position, evaluate, start.simulations, settings)
        rows += _rows(name, root, start.simulations)
    head = "".join(f'<th scope="col" class="number">{column}</th>' for column in range(1, board.columns + 1))
    first = f"the first stone after {start.opening}" if start.opening else "the first stone"
    return (
        f"<p>With scripts on, this is a board to play on against the network. The table says how likely each network "
        f"finds each column for {first}, and which share of its simulations a search spends there.</p>"
        f'<div class="scroll"><table><thead><tr><th scope="col">Column</th>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _rows(name: str, root: Node, simulations: int) -> list[str]:
    said = {f"{name}, weights": root.prior}
    if simulations:
        said[f"{name}, {simulations} simulations"] = root.visit_counts / simulations
    return [
        f'<tr><th scope="row">{html.escape(who)}</th>'
        + "".join(f'<td class="number">{share:.2f}</td>' for share in shares)
        + "</tr>"
        for who, shares in said.items()
    ]
