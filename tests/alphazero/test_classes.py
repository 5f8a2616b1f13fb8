"""Classes of positions against brute force: every game tried to the end, on columns of strings."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from tqdm.auto import tqdm

from companion.alphazero import classes
from companion.alphazero.classes import (
    BEGIN,
    CLASSES,
    EASY,
    END,
    HARD,
    MEDIUM,
    MIDDLE,
    NAME,
    Class,
    ClassSet,
    Labeled,
    by_class,
    candidates,
    keep,
    random_position,
    remaining_stones,
    sample,
)
from companion.games.board import CONNECT_FOUR, CONNECT_THREE, Board
from companion.games.connect_four import canonical, ply
from companion.games.notation import from_digits
from companion.games.proof import new_search
from companion.games.solver import score
from companion.lab import checkpoints
from tests.alphazero.referee import state_of
from tests.games.columns import State, dropped, open_columns, over, random_states, to_move, winner

THREE, FOUR = CONNECT_THREE, CONNECT_FOUR


def perfect(board: Board, state: State, memory: dict[State, tuple[int, int]]) -> tuple[int, int]:
    """How a state ends for the player to move, and after how many stones: winners hurry, losers linger."""
    if state not in memory:
        if over(board, state):
            memory[state] = (-1 if winner(board, state) else 0), 0
        else:
            after = [perfect(board, dropped(state, i), memory) for i in open_columns(board, state)]
            best = max((-outcome, outcome * left) for outcome, left in after)
            memory[state] = (
                best[0],
                1 + max(left for outcome, left in after if best == (-outcome, outcome * left)),
            )
    return memory[state]


@pytest.mark.parametrize(
    ("board", "plies"), [(THREE, (7, 10, 13, 16, 19)), (FOUR, (33, 36, 39)), (Board(3, 5, 3), (0, 1, 4))]
)
def test_how_long_a_game_lasts_is_what_brute_force_says(board: Board, plies: tuple[int, ...]) -> None:
    memory: dict[State, tuple[int, int]] = {}
    search, outcomes = new_search(16), set()
    for count in plies:
        for state, position in random_states(board, count, 1 if count == 0 else 25, 5):
            exact = score(board, position, search)
            outcome, left = perfect(board, state, memory)
            assert np.sign(exact) == outcome
            assert remaining_stones(board, count, exact) == left
            outcomes.add(outcome)
    assert outcomes >= {-1, 1}


@pytest.mark.parametrize(
    ("digits", "known", "stage", "difficulty"),
    [
        ("37416146447", -9, (1, 14), EASY),
        ("335662333565", -2, (1, 14), MEDIUM),
        ("577117746741", 8, (1, 14), MEDIUM),
        ("6133112551", 2, (1, 14), HARD),
        ("1233722555341451114725221333", -1, MIDDLE, EASY),
        ("37313333717124171162542", 3, MIDDLE, MEDIUM),
        ("2252576253462244111563365343671351441", -1, END, EASY),
    ],
)
def test_positions_of_the_literature_are_in_their_classes(
    digits: str, known: int, stage: tuple[int, int], difficulty: tuple[int, int]
) -> None:
    """From the six sets of Pons, "Solving Connect 4" (2015), part 2: those at the borders of their classes."""
    position = from_digits(FOUR, digits)
    left = remaining_stones(FOUR, ply(position), known)
    assert stage[0] <= len(digits) <= stage[1]
    assert difficulty[0] <= left <= difficulty[1]
    if len(digits) > 14:
        assert score(FOUR, position, new_search(16)) == known


def test_classes_overlap_nowhere_and_leave_no_gap_in_a_stage() -> None:
    assert len({each.name for each in CLASSES}) == len(CLASSES) == 6
    for stage in (BEGIN, MIDDLE, END):
        ranges = sorted(each.remaining for each in CLASSES if each.stones == stage)
        assert ranges[0][0] == 1
        assert all(before[1] + 1 == after[0] for before, after in pairwise(ranges))
        assert ranges[-1][1] >= 42 - stage[0]


LATE = (Class("short", (8, 14), (1, 3)), Class("long", (8, 14), (4, 20)))


@pytest.fixture(scope="module")
def found() -> dict[str, Labeled]:
    return sample(THREE, LATE, (40, 15), 3, new_search(16), tqdm(disable=True))


def test_a_sample_holds_what_it_should(found: dict[str, Labeled]) -> None:
    memory: dict[State, tuple[int, int]] = {}
    assert [len(found[each.name].remaining) for each in LATE] == [40, 15]
    for each in LATE:
        problems, remaining = found[each.name]
        for i in range(len(remaining)):
            state = state_of(THREE, int(problems.mine[i]), int(problems.stones[i]))
            after = {c: perfect(THREE, dropped(state, c), memory)[0] for c in open_columns(THREE, state)}
            outcome, left = perfect(THREE, state, memory)
            assert np.flatnonzero(problems.legal[i]).tolist() == list(after)
            assert np.flatnonzero(problems.optimal[i]).tolist() == [c for c in after if -after[c] == outcome]
            assert problems.outcome[i] == outcome
            assert remaining[i] == left
            assert each.remaining[0] <= left <= each.remaining[1]
            assert each.stones[0] <= len("".join(state)) <= each.stones[1]
            assert not any(winner(THREE, dropped(state, c)) == to_move(state) for c in after)


def test_every_outcome_and_positions_without_a_wrong_move_occur(found: dict[str, Labeled]) -> None:
    """Lost positions count, too: there every move is right."""
    outcomes = np.concatenate([each.problems.outcome for each in found.values()])
    free = np.concatenate([(p.optimal == p.legal).all(1) for p, _ in found.values()])
    assert {-1, 1} <= set(outcomes.tolist())
    assert free[outcomes < 0].all()
    assert not free.all()


def test_each_position_is_drawn_once_and_never_with_its_mirror_image() -> None:
    drawn = candidates(THREE, (2, 4), np.random.default_rng(0))
    positions = [next(drawn) for _ in range(60)]
    assert len({canonical(THREE, position)[0] for position in positions}) == 60
    assert {ply(position) for position in positions} == {2, 3, 4}


def test_random_games_that_end_or_could_end_are_no_positions() -> None:
    random = np.random.default_rng(1)
    drawn = [random_position(THREE, 7, random) for _ in range(300)]
    positions = [position for position in drawn if position is not None]
    assert 10 < len(positions) < 290
    for mine, stones in positions:
        state = state_of(THREE, mine, stones)
        assert not over(THREE, state)
        assert all(winner(THREE, dropped(state, c)) is None for c in open_columns(THREE, state))


def test_a_seed_fixes_the_sample(found: dict[str, Labeled]) -> None:
    again, other = (sample(THREE, LATE, (40, 15), s, new_search(16), tqdm(disable=True)) for s in (3, 4))
    assert np.array_equal(again["short"].problems.stones, found["short"].problems.stones)
    assert not np.array_equal(other["short"].problems.stones, found["short"].problems.stones)


TINY = ClassSet((3, 2, 3, 2, 2, 1), 5)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """checkpoints/ of its own, and positions that nobody has to label."""
    find, keep_file = checkpoints.find, checkpoints.keep
    monkeypatch.setattr(checkpoints, "find", lambda name: find(name, tmp_path))
    monkeypatch.setattr(checkpoints, "keep", lambda name, data, by: keep_file(name, data, by, tmp_path))
    late = {
        each.name: sample(THREE, LATE[:1], (3,), seed, new_search(16), tqdm(disable=True))["short"]
        for seed, each in enumerate(CLASSES)
    }
    monkeypatch.setattr(classes, "make", lambda settings: late)
    return tmp_path


def test_kept_positions_are_used_where_the_settings_agree(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = by_class(TINY)
    keep(TINY)
    monkeypatch.setattr(classes, "make", lambda settings: {})
    for name, labeled in by_class(TINY).items():
        assert np.array_equal(labeled.remaining, made[name].remaining)
        for array, expected in zip(labeled.problems, made[name].problems, strict=True):
            assert np.array_equal(array, expected)
            assert array.dtype == expected.dtype
    assert by_class(ClassSet((1, 1, 1, 1, 1, 1), 5)) == {}


def test_the_kept_positions_are_those_of_the_classes() -> None:
    """The labels of early ones are beyond brute force; those of late ones are not."""
    assert checkpoints.find(NAME)  # to make them again takes ten minutes
    memory: dict[State, tuple[int, int]] = {}
    kept, seen = by_class(ClassSet()), set[State]()
    for each, count in zip(CLASSES, ClassSet().positions, strict=True):
        problems, remaining = kept[each.name]
        assert len(remaining) == count
        assert each.remaining[0] <= remaining.min() <= remaining.max() <= each.remaining[1]
        for i in range(count):
            state = state_of(FOUR, int(problems.mine[i]), int(problems.stones[i]))
            stones = len("".join(state))
            seen.add(min(state, state[::-1]))
            assert each.stones[0] <= stones <= each.stones[1]
            assert np.flatnonzero(problems.legal[i]).tolist() == open_columns(FOUR, state)
            if stones > 34:
                outcomes = {
                    c: -perfect(FOUR, dropped(state, c), memory)[0] for c in open_columns(FOUR, state)
                }
                best = [c for c, outcome in outcomes.items() if outcome == max(outcomes.values())]
                assert np.flatnonzero(problems.optimal[i]).tolist() == best
                assert perfect(FOUR, state, memory) == (problems.outcome[i], remaining[i])
    assert len(seen) == sum(ClassSet().positions)
