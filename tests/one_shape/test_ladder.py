"""The loop asks and teaches in turns; what is read off it is counted here by hand."""

import numpy as np
import pytest

from companion.one_shape.ladder import Asked, climb, ladder_of


def test_asking_and_teaching_take_turns() -> None:
    said: list[str] = []

    def ask(policy: int) -> Asked:
        said.append(f"ask {policy}")
        return Asked(np.array([policy > 1]), np.array([True]))

    def teach(policy: int, number: int) -> int:
        said.append(f"teach {policy} in round {number}")
        return policy + 1

    last, asked = climb(0, ask, teach, 2)
    assert said == ["ask 0", "teach 0 in round 0", "ask 1", "teach 1 in round 1", "ask 2"]
    assert last == 2
    assert [bool(answers.least[0]) for answers in asked] == [False, False, True]


def test_no_round_is_no_lesson() -> None:
    def teach(policy: int, number: int) -> int:
        raise AssertionError

    _, asked = climb(0, lambda policy: Asked(np.array([True]), np.array([True])), teach, 0)
    assert len(asked) == 1


def bits(word: str) -> np.ndarray:
    return np.array([letter == "1" for letter in word])


def test_what_is_read_off_a_ladder() -> None:
    asked = [
        Asked(bits("1100000000"), bits("1011110000")),  # .2 and .5; one of ten is spoiled
        Asked(bits("1110000000"), bits("1111110000")),  # .3 and .6
        Asked(bits("1111100000"), bits("0001111100")),  # .5 and .5; three are spoiled
    ]
    ladder = ladder_of(asked)
    assert ladder.least == pytest.approx([0.2, 0.3, 0.5])
    assert ladder.gains == pytest.approx([0.3, 0.3, 0.0])
    assert ladder.kept == pytest.approx([0.1, 0.2])
    assert ladder.harmed == pytest.approx([0.1, 0.0, 0.3])
    assert ladder.share_kept == pytest.approx(1.0)  # .3 of .3


@pytest.mark.parametrize(("amplified", "share"), [("1100", 25.0), ("1000", 25.0), ("1111", 0.5)])
def test_a_share_of_next_to_nothing_stays_finite(amplified: str, share: float) -> None:
    asked = [Asked(bits("1100"), bits(amplified)), Asked(bits("1110"), bits("1111"))]
    assert ladder_of(asked).share_kept == pytest.approx(share)
