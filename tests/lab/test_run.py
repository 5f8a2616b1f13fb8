"""A run stops at any instant without loss and ends with the same numbers as one that was never stopped."""

import signal
import time
from typing import Any

import pytest


def numbers(document: dict[str, Any]) -> dict[str, Any]:
    return {
        key: document[key] for key in ("settings", "seeds", "measurements", "primary", "verdict", "artifacts")
    }


def wait_for_a_unit(checkout: Any) -> None:
    deadline = time.monotonic() + 60
    while not list(checkout.folder.glob("units/*.json")):
        assert time.monotonic() < deadline, "no unit finished"
        time.sleep(0.05)


def declared(checkout: Any) -> Any:
    checkout.companion("declare", checkout.id)
    checkout.commit("Declare")
    return checkout


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_stopped_run_goes_on_with_the_same_numbers(
    gated_checkout: Any, recorded: Any, how: signal.Signals
) -> None:
    checkout = declared(gated_checkout)
    process = checkout.start("run", checkout.id, "--scale", "full")
    wait_for_a_unit(checkout)
    process.send_signal(how)
    _, said = process.communicate(timeout=30)
    assert not (checkout.folder / "full.json").exists()
    assert "Traceback" not in said
    kept = {file.name: file.stat().st_mtime_ns for file in checkout.folder.glob("units/*.json")}
    assert kept
    if how == signal.SIGINT:
        assert process.returncode == 1
        assert "finished units are kept" in said
    time.sleep(1.2)  # the workers of a killed run notice that their parent is gone
    assert {file.name: file.stat().st_mtime_ns for file in checkout.folder.glob("units/*.json")} == kept
    checkout.gate.touch()
    assert checkout.companion("run", checkout.id, "--scale", "full").returncode == 0
    straight, resumed = recorded.result, checkout.result
    straight["settings"] = resumed["settings"]  # they differ in the gate alone
    assert numbers(resumed) == numbers(straight)
    assert not (checkout.folder / "units").exists()


def test_two_runners_at_once(gated_checkout: Any, is_one_sentence: Any) -> None:
    checkout = declared(gated_checkout)
    first = checkout.start("run", checkout.id, "--scale", "full")
    wait_for_a_unit(checkout)
    second = checkout.companion("run", checkout.id, "--scale", "full")
    assert second.returncode == 1
    assert is_one_sentence(second.stderr)
    assert "under way" in second.stderr
    checkout.gate.touch()
    first.communicate(timeout=60)
    assert first.returncode == 0


def test_units_of_other_settings_are_not_reused(gated_checkout: Any) -> None:
    checkout = gated_checkout
    assert checkout.companion("run", checkout.id, "--out", str(checkout.root / "out")).returncode == 0
    units = checkout.root / "out" / checkout.id / "v1" / "units"
    units.mkdir()
    (units / "smoke-noise-0.json").write_text("{ half a unit")
    (units / "smoke-none-0.json").write_text('{"unit": {"id": "another"}, "values": {"mean": 99}}')
    again = checkout.companion("run", checkout.id, "--out", str(checkout.root / "out"), "--json")
    assert again.returncode == 0
    assert '"mean": 99' not in again.stdout


def test_a_full_run_measures_the_commit_and_not_the_checkout(checkout: Any) -> None:
    declared(checkout)
    checkout.toy.write_text(checkout.toy.read_text().replace("0.1 * streams", "9.9 * streams"))
    assert checkout.companion("run", checkout.id, "--scale", "full").returncode == 0
    assert abs(checkout.result["primary"]["mean"] - 1) < 0.1
    assert checkout.result["provenance"]["dirty"] is False
    assert checkout.result["provenance"]["commit"] == checkout.git("rev-parse", "HEAD")
