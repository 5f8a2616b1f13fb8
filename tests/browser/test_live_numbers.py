"""The bandit game's numbers, as the browser works them out, against Python's."""

from collections.abc import Iterator

import numpy as np
import pytest
import torch
from playwright.sync_api import Browser, Page

from companion.fast_learners import rl2
from companion.fast_learners.bandits import MANY_ARMS, SAFE_ARM, Bandit, BayesOptimum
from companion.widgets import pieces
from companion.widgets.bandit_game import packed

EPISODES = 4000


@pytest.fixture(scope="module")
def learner() -> rl2.FastLearner:
    """Untrained, of a width that nothing else has; what it has learned does not matter here."""
    return rl2.FastLearner(4, 19, torch.Generator().manual_seed(2))


@pytest.fixture(scope="module")
def engine(chromium: Browser) -> Iterator[Page]:
    """An empty page that knows the piece's scripts."""
    page = chromium.new_page()
    for name in pieces.SCRIPTS["bandit"]:
        page.add_script_tag(path=pieces.FOLDER / f"{name}.js")
    yield page
    page.close()


@pytest.fixture(scope="module")
def optimum(engine: Page) -> BayesOptimum:
    """The page's exact player, solved; returns Python's."""
    engine.evaluate(
        "() => { player = new companionLive.ExactPlayer(3, 20, .6); for (const _ of player.solve()); }"
    )
    return BayesOptimum(SAFE_ARM.safe)


def test_the_network_of_the_page_has_the_policy_of_pythons(engine: Page, learner: rl2.FastLearner) -> None:
    events = np.random.default_rng(5).integers(0, 9, size=(20, 8))
    events[0] = 0
    with torch.no_grad():
        states = learner(torch.from_numpy(events), learner.blank(8))
        expected = learner.policy(states).softmax(-1).numpy()
    script = """([weights, episodes]) => {
        const learner = new companionLive.FastLearner(4, 19, weights);
        return episodes.map((events) => {
            let state = learner.blank();
            return events.map((event) => learner.probabilities(state = learner.read(event, state)));
        });
    }"""
    policies = np.array(engine.evaluate(script, [packed(learner), events.T.tolist()])).transpose(1, 0, 2)
    assert np.abs(policies - expected).max() < 1e-5
    assert np.ptp(expected, axis=0).max() > 0.1  # the events do move it


def test_the_exact_player_of_the_page_has_pythons_values(engine: Page, optimum: BayesOptimum) -> None:
    assert abs(engine.evaluate("player.value([0, 0, 0], 20)") - optimum.value(SAFE_ARM.priors, 20)) < 1e-9
    rng = np.random.default_rng(6)
    for _ in range(40):
        left = int(rng.integers(1, 20))
        seen = rng.multinomial(int(rng.integers(0, 21 - left)), [1 / 6] * 6).reshape(3, 2)
        worth = engine.evaluate(
            "([codes, left]) => player.worth(codes, left)", [(seen @ [32, 1]).tolist(), left]
        )
        beliefs = tuple((1.0 + a, 1.0 + b) for a, b in seen.tolist())
        assert np.allclose(worth, [optimum.pull(beliefs, arm, left) for arm in range(4)], atol=1e-9, rtol=0)


def test_the_exact_player_plays_without_a_safe_arm(engine: Page) -> None:
    script = """() => {
        const five = new companionLive.ExactPlayer(5, 10, null);
        for (const _ of five.solve());
        return five.value([0, 0, 0, 0, 0], 10);
    }"""
    assert abs(engine.evaluate(script) - BayesOptimum().value(MANY_ARMS.priors, 10)) < 1e-9


def test_many_bandits_bring_what_they_bring_in_python(
    engine: Page, learner: rl2.FastLearner, optimum: BayesOptimum
) -> None:
    script = """([weights, episodes]) => {
        const learner = new companionLive.FastLearner(4, 19, weights), world = { unknown: 3, pulls: 20, safe: .6 };
        return Array.from({ length: episodes }, (_, i) => new companionLive.Bandit(world, 11, i)).map((bandit) => [
            companionLive.playNetwork(learner, bandit, false).total(),
            companionLive.playNetwork(learner, bandit, true).total(),
            companionLive.playExactly(player, bandit).total()]);
    }"""
    returns = np.array(engine.evaluate(script, [packed(learner), EPISODES]))
    kept, wiped = (python_returns(learner, SAFE_ARM, state) for state in ("kept", "wiped"))
    best = optimum.value(SAFE_ARM.priors, SAFE_ARM.pulls)
    for ours, theirs in zip(returns.T, (kept, wiped, np.full(EPISODES, best)), strict=True):
        error = np.hypot(ours.std(), theirs.std()) / EPISODES**0.5
        assert abs(ours.mean() - theirs.mean()) < 4 * error
    assert abs(kept.mean() - wiped.mean()) > 0.5  # so that a piece that mixed them up would be found out


def python_returns(learner: rl2.FastLearner, bandit: Bandit, state: rl2.State) -> np.ndarray:
    rng = np.random.default_rng(12)
    return rl2.rollout(learner, bandit, EPISODES, rng, state=state, greedy=True).rewards.sum(0).numpy()


def test_the_luck_of_a_seed_is_even_and_can_be_repeated(engine: Page) -> None:
    drawn = """(seed) => {
        const luck = companionLive.uniforms(seed);
        return Array.from({ length: 50000 }, (_, n) => luck(n));
    }"""
    first, again, other = (np.array(engine.evaluate(drawn, seed)) for seed in (7, 7, 8))
    assert (first == again).all()
    assert 0 < first.min() < first.max() < 1
    counts = np.histogram(first, bins=100, range=(0, 1))[0]
    assert 60 < ((counts - 500) ** 2 / 500).sum() < 149  # chi-square, 99 degrees: beyond .1 % at both ends
    for lagged in (first[1:], other[:-1], first[83:]):
        assert abs(np.corrcoef(first[: len(lagged)], lagged)[0, 1]) < 4 / len(lagged) ** 0.5
