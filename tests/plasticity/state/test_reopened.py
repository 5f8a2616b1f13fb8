"""Another process gives the same answers to the last bit; a process that fails says so."""

from pathlib import Path

import numpy as np
import pytest

from companion.lab.errors import LabError
from companion.plasticity.state import reopened
from companion.plasticity.state.instance import ask, state_of
from tests.plasticity.speaker import speaker, texts

MODEL = speaker()
STATE = state_of(MODEL, texts(3, 9))


@pytest.mark.parametrize("apart", [False, True])
def test_a_state_from_disk_answers_as_the_state_did(tmp_path: Path, apart: bool) -> None:
    found = reopened.reopened(MODEL, STATE, tmp_path, apart=apart)
    np.testing.assert_array_equal(found, ask(MODEL, STATE, tuple(range(6))).yes)
    assert found.shape == (3, 6, 16)


def test_a_process_that_cannot_read_the_state_is_heard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reopened, "save_state", lambda path, *_: path.write_bytes(b"nothing"))
    with pytest.raises(LabError, match="reopen"):
        reopened.reopened(MODEL, STATE, tmp_path)
