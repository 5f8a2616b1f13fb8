"""Each variant differs from the loop in exactly what recipe.py says; kept files are used only where they fit."""

from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest
import torch

from companion.alphazero import kept, training
from companion.alphazero.kept import (
    keep_problems,
    keep_run,
    loop_of,
    main,
    name_of,
    networks,
    problems,
    recipe_of,
    training_of,
)
from companion.alphazero.problems import off_policy
from companion.alphazero.recipe import LIVE, LONG, SHORT, TINY, TINY_TESTS, Recipe, Variant
from companion.games.board import CONNECT_FOUR
from companion.lab import checkpoints


def flat(settings: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    found = {}
    for name, value in settings.items():
        found |= flat(value, f"{prefix}{name}.") if isinstance(value, dict) else {prefix + name: value}
    return found


def differences(variant: Variant, other: Variant = "search") -> dict[str, Any]:
    one, base = (flat(asdict(loop_of(Recipe(), v))) for v in (variant, other))
    return {name: value for name, value in one.items() if base[name] != value}


DIFFERENCES: dict[Variant, dict[str, Any]] = {
    "search": {},
    "empty-board": {"play.random_opening": 0},
    "no-search": {"play.simulations": 0, "play.quick_simulations": 0, "play.noise": 0.0},
    "shuffled": {"learning.targets": "shuffled"},
    "sees-outcome": {"learning.outcome_share": 1.0},
    "sees-own": {"learning.outcome_share": 0.0},
    "blind-outcome": {"search.blind": True, "learning.outcome_share": 1.0},
    "blind-own": {"search.blind": True, "learning.outcome_share": 0.0},
    "blind-shuffled": {"search.blind": True, "learning.outcome_share": 0.0, "learning.targets": "shuffled"},
    "long": {},
}


@pytest.mark.parametrize("variant", get_args(Variant))
def test_a_variant_differs_from_the_loop_in_what_its_description_says(variant: Variant) -> None:
    assert differences(variant) == DIFFERENCES[variant]


def test_the_loop_as_it_should_be_has_nothing_broken() -> None:
    loop = loop_of(Recipe(), "search")
    assert loop.board == CONNECT_FOUR
    assert not loop.search.blind
    assert loop.learning.targets == "own"
    assert 0 < loop.learning.outcome_share < 1
    assert loop.play.noise > 0
    assert min(loop.play.simulations, loop.play.quick_simulations, loop.play.random_opening) > 0


def test_every_number_of_a_recipe_reaches_the_run() -> None:
    """Each moved by itself moves a setting of the same name."""
    base = flat(asdict(training_of(LIVE, "search")))
    for name, value in asdict(LIVE).items():
        other = (
            LIVE.moments[:-1] if name == "moments" else value * 0.5 if isinstance(value, float) else value + 1
        )
        moved = flat(asdict(training_of(replace(LIVE, **{name: other}), "search")))
        changed = {key for key in base if moved[key] != base[key]}
        assert len(changed) == 1
        assert changed.pop().rpartition(".")[2] == name


@pytest.mark.parametrize("recipe", [Recipe(), SHORT, LONG, LIVE, TINY])
@pytest.mark.parametrize("variant", get_args(Variant))
def test_every_recipe_makes_a_run_of_every_variant(recipe: Recipe, variant: Variant) -> None:
    assert training_of(recipe, variant).moments[-1] == recipe.iterations


@pytest.mark.parametrize("variant", get_args(Variant))
def test_a_kept_run_lasts_as_its_variant_says(variant: Variant) -> None:
    ablated = variant.startswith(("sees-", "blind-"))
    assert recipe_of(variant) == (LONG if variant == "long" else SHORT if ablated else Recipe())


def test_a_long_run_is_larger_in_network_length_and_replay_alone() -> None:
    one, base = (flat(asdict(training_of(recipe_of(v), v))) for v in ("long", "search"))
    assert {name: value for name, value in one.items() if base[name] != value} == {
        "loop.network.channels": 64,
        "loop.iterations": 240,
        "loop.window": 400_000,
        "moments": (0, 240),
    }


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """checkpoints/ and _build/ of its own."""
    find, keep = checkpoints.find, checkpoints.keep
    monkeypatch.setattr(checkpoints, "find", lambda name: find(name, tmp_path))
    monkeypatch.setattr(checkpoints, "keep", lambda name, data, by: keep(name, data, by, tmp_path))
    monkeypatch.setattr(training, "SCRATCH", tmp_path / "scratch")
    return tmp_path


@pytest.fixture
def trained(monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, int]]:
    """The runs that were made on the spot."""
    made: list[tuple[object, int]] = []
    train = kept.train

    def noted(plan, seed):
        made.append((plan, seed))
        return train(plan, seed)

    monkeypatch.setattr(kept, "train", noted)
    return made


def alike(one: dict, other: dict) -> bool:
    return one.keys() == other.keys() and all(
        torch.equal(a, b)
        for i in one
        for a, b in zip(one[i].parameters(), other[i].parameters(), strict=True)
    )


def test_a_kept_run_is_used_where_its_settings_agree_and_else_made(
    folder: Path, trained: list[tuple[object, int]]
) -> None:
    on_the_spot = networks(TINY, "search", 3)
    assert list(on_the_spot) == [0, 1, 2]
    assert trained == [(training_of(TINY, "search"), 3)]
    keep_run(TINY, "search", 3)
    trained.clear()
    assert alike(networks(TINY, "search", 3), on_the_spot)
    assert trained == []
    assert not alike(networks(replace(TINY, batch=16), "search", 3), on_the_spot)
    assert not alike(networks(TINY, "search", 4), on_the_spot)
    assert len(trained) == 2


def test_a_file_of_another_run_under_this_name_is_not_used(
    folder: Path, trained: list[tuple[object, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_run(TINY, "shuffled", 3)
    trained.clear()
    monkeypatch.setattr(kept, "name_of", lambda variant, seed: name_of("shuffled", 3))
    networks(TINY, "search", 3)
    assert trained == [(training_of(TINY, "search"), 3)]


def test_kept_problems_are_used_where_the_test_set_agrees(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = off_policy(CONNECT_FOUR, 60, (24, 30), 3)
    keep_problems(TINY_TESTS)
    calls: list[int] = []
    monkeypatch.setattr(kept, "off_policy", lambda board, count, plies, seed: calls.append(count) or expected)
    for found, array in zip(problems(TINY_TESTS), expected, strict=True):
        assert np.array_equal(found, array)
        assert found.dtype == array.dtype
    assert calls == []
    assert problems(replace(TINY_TESTS, candidates=61)) is expected
    assert calls == [61]


def test_names_of_files_are_names_of_runs() -> None:
    names = {name_of(variant, seed) for variant in get_args(Variant) for seed in (0, 1, 11)}
    assert len(names) == 30
    assert name_of("blind-own", 2) == "az-blind-own-2"


def test_the_command_makes_what_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[tuple] = []
    monkeypatch.setattr(kept, "keep_run", lambda *arguments: made.append(arguments))
    monkeypatch.setattr(kept, "keep_problems", lambda test: made.append((test,)))
    main(["no-search", "0", "4"])
    main(["blind-own", "1"])
    main(["long", "2"])
    main(["problems"])
    assert made == [
        (Recipe(), "no-search", 0),
        (Recipe(), "no-search", 4),
        (SHORT, "blind-own", 1),
        (LONG, "long", 2),
        (kept.TestSet(),),
    ]


@pytest.mark.parametrize("arguments", [[], ["search"], ["serach", "1"], ["search", "one"], ["problems", "1"]])
def test_the_command_explains_itself(arguments: list[str]) -> None:
    with pytest.raises(SystemExit, match=r"^usage: python -m companion.alphazero.kept problems \|"):
        main(arguments)
