"""When sources move, equal numbers attest a result and others make it stale."""

import json
from typing import Any


def state(checkout: Any) -> str:
    return str(json.loads(checkout.companion("list", "--json").stdout)[0]["state"])


def test_a_change_that_moves_no_number_is_attested(copy_of_recorded: Any) -> None:
    checkout = copy_of_recorded
    before = (checkout.folder / "full.json").read_bytes()
    checkout.toy.write_text(checkout.toy.read_text() + "\n# a remark\n")
    assert state(checkout) == "stale"
    assert checkout.companion("judge", "--all").returncode == 1
    done = checkout.companion("attest", "--all")
    assert done.returncode == 0, done.stderr
    assert state(checkout) == "fresh"
    assert checkout.companion("judge", "--all").returncode == 0
    assert (checkout.folder / "full.json").read_bytes() == before


def test_a_change_of_numbers_is_not(copy_of_recorded: Any, is_one_sentence: Any) -> None:
    checkout = copy_of_recorded
    checkout.toy.write_text(checkout.toy.read_text().replace("0.1 * streams", "0.1001 * streams"))
    done = checkout.companion("attest", "--all")
    assert done.returncode == 1
    assert is_one_sentence(done.stderr)
    assert "is stale" in done.stderr
    assert state(checkout) == "stale"
