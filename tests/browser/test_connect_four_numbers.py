"""The Connect Four piece's rules, network and search, as the browser works them out, against Python's."""

from collections.abc import Iterator
from dataclasses import asdict

import numpy as np
import pytest
import torch
from playwright.sync_api import Browser, Page

from companion.alphazero.network import NetworkSettings, PolicyValueNet, new_network
from companion.alphazero.planes import to_planes
from companion.games import notation
from companion.games.board import CONNECT_FOUR, CONNECT_THREE, Board
from companion.search.evaluator import Evaluation
from companion.search.plain import search
from companion.search.settings import SearchSettings
from companion.widgets import pieces
from companion.widgets.connect_four_game import connect_four_game, evaluator_of_the_page

NETWORKS = [
    (CONNECT_FOUR, NetworkSettings()),
    (CONNECT_THREE, NetworkSettings(channels=6, blocks=2, hidden=10)),
]
KNOBS = {"c_puct": SearchSettings().c_puct, "reduction": SearchSettings().reduction}


@pytest.fixture(scope="module")
def engine(chromium: Browser) -> Iterator[Page]:
    """An empty page that knows the piece's scripts."""
    page = chromium.new_page()
    for name in pieces.SCRIPTS["connect_four"]:
        page.add_script_tag(path=pieces.FOLDER / f"{name}.js")
    yield page
    page.close()


def stirred(board: Board, settings: NetworkSettings, seed: int) -> PolicyValueNet:
    """A network without a zero in it: new ones are silent in places where a mistake could hide."""
    network, generator = new_network(board, settings, seed), torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for weights in network.parameters():
            fan_in = max(weights[0].numel(), 12)
            weights.copy_(torch.randn(weights.shape, generator=generator) * fan_in**-0.5)
    return network


def random_games(board: Board, count: int, seed: int) -> list[str]:
    """Unfinished games of all lengths, as digits."""
    rng, games = np.random.default_rng(seed), []
    while len(games) < count:
        position, digits = notation.from_digits(board, ""), ""
        for _ in range(int(rng.integers(0, board.size - 2))):
            column = int(rng.choice(np.flatnonzero(notation.legal_columns(board, position))))
            after = notation.drop(board, position, column)
            if notation.result(board, after) is not None:
                break
            position, digits = after, f"{digits}{column + 1}"
        games.append(digits)
    return games


@pytest.mark.parametrize(
    ("board", "kinds"), [(CONNECT_FOUR, {-1}), (CONNECT_THREE, {-1}), (Board(4, 4, 4), {-1, 0})]
)
def test_the_page_knows_the_rules(engine: Page, board: Board, kinds: set[int]) -> None:
    rng, results, ended = np.random.default_rng(3), [], []
    for _ in range(60):
        position, digits = notation.from_digits(board, ""), ""
        while (result := notation.result(board, position)) is None:
            column = int(rng.choice(np.flatnonzero(notation.legal_columns(board, position))))
            position, digits = notation.drop(board, position, column), f"{digits}{column + 1}"
        results.append(result)
        ended.append(digits)
    script = """([board, games]) => games.map((digits) => {
        const [last, before] = [digits, digits.slice(0, -1)].map((played) => companionLive.afterDigits(board, played));
        return [last.won ? -1 : last.full ? 0 : null, before.over, last.line().length >= board.line];
    })"""
    seen = engine.evaluate(script, [asdict(board), ended])
    assert seen == [[result, False, result == -1] for result in results]
    assert set(results) == kinds  # drawn games were among them where they are common


@pytest.mark.parametrize(("board", "settings"), NETWORKS)
def test_the_network_of_the_page_says_what_torch_says(
    engine: Page, board: Board, settings: NetworkSettings
) -> None:
    network = stirred(board, settings, 4)
    games = random_games(board, 40, 5)
    positions = np.array([notation.from_digits(board, digits) for digits in games])
    with torch.no_grad():
        logits, value = network(to_planes(board, positions[:, 0].copy(), positions[:, 1].copy()))
    script = """([spec, board, games]) => {
        const network = new companionLive.PolicyValueNet(spec.shape, spec.weights);
        return games.map((digits) => network.evaluate(companionLive.afterDigits(board, digits)))
            .map(({ prior, value }) => [...prior, value]);
    }"""
    spec = connect_four_game({"net": network}, board).widget.networks[0]
    seen = np.array(engine.evaluate(script, [spec, asdict(board), games]))
    assert np.abs(seen[:, :-1] - logits.softmax(1).numpy()).max() < 1e-3
    assert np.abs(seen[:, -1] - value.numpy()).max() < 2e-3
    assert np.ptp(seen, axis=0).min() > 5e-3  # positions do move every output


EXACT = """([board, digits, simulations, settings]) => {
    const evaluate = ({ cells, turn }) => {
        const hash = (salt) => cells.reduce((sum, stone, cell) =>
            sum + (stone === turn ? 1 : stone ? 2 : 0) * (cell * cell + (3 + salt) * cell + 7), 11 * salt) % 97;
        const prior = Array.from({ length: board.columns }, (_, i) => (1 + hash(i + 1) % 16) / 128);
        return { prior, value: (hash(0) - 48) / 64 };
    };
    const found = new companionLive.Search(companionLive.afterDigits(board, digits), evaluate, settings);
    for (const _ of found.run(simulations));
    return [Array.from(found.root.visits), Array.from(found.root.totals), found.best];
}"""


def hashed(board: Board):
    """An evaluator whose numbers float32 holds exactly: whatever the positions hold, scrambled by whole numbers."""
    cell = np.arange(board.size)

    def evaluate(mine: np.ndarray, stones: np.ndarray) -> Evaluation:
        planes = notation.to_planes(board, mine, stones).reshape(len(mine), 2, -1).astype(int)
        stone = planes[:, 0] + 2 * planes[:, 1]

        def hash_with(salt: int) -> np.ndarray:
            return ((stone * (cell**2 + (3 + salt) * cell + 7)).sum(1) + 11 * salt) % 97

        prior = np.stack([(1 + hash_with(i + 1) % 16) / 128 for i in range(board.columns)], axis=1)
        return Evaluation(prior.astype(np.float32), ((hash_with(0) - 48) / 64).astype(np.float32))

    return evaluate


@pytest.mark.parametrize("blind", [False, True])
@pytest.mark.parametrize("board", [CONNECT_FOUR, CONNECT_THREE])
def test_given_equal_evaluations_the_page_searches_move_for_move_like_python(
    engine: Page, board: Board, blind: bool
) -> None:
    settings = SearchSettings(blind=blind)
    for digits in ["", *random_games(board, 12, 8)]:
        root = search(board, notation.from_digits(board, digits), hashed(board), 300, settings)
        seen = engine.evaluate(EXACT, [asdict(board), digits, 300, KNOBS | {"blind": blind}])
        assert seen[0] == root.visit_counts.tolist(), digits
        assert seen[1] == root.total_values.tolist(), digits
        assert seen[2] == int(root.visit_counts.argmax())


@pytest.mark.parametrize("blind", [False, True])
def test_with_the_same_network_the_page_visits_what_python_visits(engine: Page, blind: bool) -> None:
    board, network = CONNECT_FOUR, stirred(CONNECT_FOUR, NetworkSettings(), 6)
    evaluate, settings = evaluator_of_the_page(board, network), SearchSettings(blind=blind)
    script = """([spec, board, digits, settings]) => {
        globalThis.network ??= new companionLive.PolicyValueNet(spec.shape, spec.weights);
        const evaluate = (position) => globalThis.network.evaluate(position);
        const found = new companionLive.Search(companionLive.afterDigits(board, digits), evaluate, settings);
        for (const _ of found.run(128));
        return [Array.from(found.root.visits), found.value];
    }"""
    spec = connect_four_game({"net": network}, board).widget.networks[0]
    for digits in ["", *random_games(board, 7, 9)]:
        root = search(board, notation.from_digits(board, digits), evaluate, 128, settings)
        visits, value = engine.evaluate(script, [spec, asdict(board), digits, KNOBS | {"blind": blind}])
        assert np.abs(visits - root.visit_counts).sum() <= 2, digits  # a tie may fall the other way, once
        assert abs(value - root.total_values.sum() / 128) < 2e-3


def test_a_blind_search_does_not_see_a_win_at_hand(engine: Page) -> None:
    script = """([board, settings]) => {
        const even = () => ({ prior: Array(board.columns).fill(1 / board.columns), value: 0 });
        const found = new companionLive.Search(companionLive.afterDigits(board, "414243"), even, settings);
        for (const _ of found.run(128));
        return found.shares[3];
    }"""
    seeing, blind = (
        engine.evaluate(script, [asdict(CONNECT_FOUR), KNOBS | {"blind": blind}]) for blind in (False, True)
    )
    assert seeing > 0.8
    assert blind < 0.25
