"""The command line from outside: the contract of commands, exit codes and sentences."""

import json
import re
from pathlib import Path
from typing import Any

import pytest


def test_list(recorded: Any, checkout: Any) -> None:
    assert json.loads(recorded.companion("list", "--json").stdout) == [
        {
            "id": "toy-mean",
            "version": 1,
            "claim": "C1.1",
            "chapter": "two-clocks",
            "scales": ["smoke", "live", "full"],
            "verdict": "supported",
            "state": "fresh",
            "seeds": 4,
        }
    ]
    assert json.loads(checkout.companion("list", "--json").stdout)[0]["state"] == "undeclared"
    checkout.companion("declare", "toy-mean")
    assert json.loads(checkout.companion("list", "--json").stdout)[0]["state"] == "declared"
    assert checkout.companion("judge", "--all").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["run", "nobody"], 2, "no experiment 'nobody'"),
        (["run", "../../etc"], 2, "no experiment '../../etc'"),
        (["run", "toy-mean", "--scale", "huge"], 2, "huge"),
        (["run", "toy-mean", "--seeds", "0"], 2, "0"),
        (["run", "toy-mean", "--all"], 2, "not both"),
        (["run"], 2, "Name experiments"),
        (["run", "toy-mean", "--scale", "full"], 2, "companion declare toy-mean"),
        (["run", "toy-mean", "--scale", "full", "--seeds", "3"], 2, "declared"),
        (["run", "toy-mean", "--engine", "cloud"], 2, "cloud"),
        (["cite", "toy-mean", "--format", "apa"], 2, "apa"),
        (["verify", "toy-mean"], 1, "no recorded live result"),
        (["conjure"], 2, "conjure"),
    ],
)
def test_wrong_use(checkout: Any, is_one_sentence: Any, arguments: list[str], code: int, said: str) -> None:
    done = checkout.companion(*arguments)
    assert done.returncode == code
    assert said in done.stderr
    assert is_one_sentence(done.stderr)
    assert not list(checkout.root.glob("results/*"))


def test_an_unwritable_folder(checkout: Any, is_one_sentence: Any) -> None:
    (checkout.root / "file").write_text("")
    done = checkout.companion("run", "toy-mean", "--out", str(checkout.root / "file" / "below"))
    assert done.returncode == 2
    assert is_one_sentence(done.stderr)


def test_a_duplicate_id(checkout: Any, is_one_sentence: Any) -> None:
    package = checkout.toy.parent
    (package / "other.py").write_text(checkout.toy.read_text())
    (package / "__init__.py").write_text('MODULES = ("toy_mean", "other")\n')
    done = checkout.companion("list")
    assert done.returncode == 1
    assert "Two experiments have the id toy-mean" in done.stderr
    assert is_one_sentence(done.stderr)


def test_a_misspelt_setting(checkout: Any, is_one_sentence: Any) -> None:
    checkout.toy.write_text(checkout.toy.read_text().replace('{"center": 0.0}', '{"centre": 0.0}'))
    done = checkout.companion("list")
    assert done.returncode == 1
    assert "'centre', which is not a setting" in done.stderr
    assert is_one_sentence(done.stderr)


def test_judge_notices_one_changed_digit(copy_of_recorded: Any) -> None:
    checkout = copy_of_recorded
    assert checkout.companion("judge", "--all").returncode == 0
    path = checkout.folder / "full.json"
    text = path.read_text()
    digit = re.search(r'"per_seed": \[\s*[0-9]\.[0-9]([0-9])', text)
    assert digit
    changed = str((int(digit[1]) + 1) % 10)
    path.write_text(text[: digit.start(1)] + changed + text[digit.end(1) :])
    done = checkout.companion("judge", "--all")
    assert done.returncode == 1
    assert "does not have the bytes" in done.stderr
    assert "does not follow from its seeds" in done.stderr


@pytest.mark.parametrize("file", ["results/toy-mean/v1/full.npz", "declarations/toy-mean.v1.json"])
def test_judge_notices_one_changed_byte(copy_of_recorded: Any, file: str) -> None:
    path: Path = copy_of_recorded.root / file
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    assert copy_of_recorded.companion("judge", "--all").returncode == 1


def test_judge_wants_the_declaration_first(copy_of_recorded: Any) -> None:
    copy_of_recorded.git("checkout", "-q", "--orphan", "squashed")
    copy_of_recorded.commit("Declaration and result in one commit")
    done = copy_of_recorded.companion("judge", "--all")
    assert done.returncode == 1
    assert "does not precede its result" in done.stderr


def test_a_full_run_wants_the_declaration_committed(checkout: Any, is_one_sentence: Any) -> None:
    checkout.companion("declare", "toy-mean")
    done = checkout.companion("run", "toy-mean", "--scale", "full")
    assert done.returncode == 2
    assert "commit the file before the full run" in done.stderr
    assert is_one_sentence(done.stderr)


def test_a_committed_declaration_is_not_overwritten(
    recorded: Any, copy_of_recorded: Any, is_one_sentence: Any
) -> None:
    checkout = copy_of_recorded
    checkout.toy.write_text(checkout.toy.read_text().replace("margin=0.5", "margin=0.1"))
    done = checkout.companion("declare", "toy-mean")
    assert done.returncode == 2
    assert "set version=2" in done.stderr
    assert is_one_sentence(done.stderr)
    assert checkout.companion("judge", "--all").returncode == 1


def test_a_recorded_result_stays_as_it_is(copy_of_recorded: Any) -> None:
    before = (copy_of_recorded.folder / "full.json").read_bytes()
    done = copy_of_recorded.companion("run", "toy-mean", "--scale", "full")
    assert done.returncode == 0
    assert "recorded already" in done.stderr
    assert (copy_of_recorded.folder / "full.json").read_bytes() == before


def test_a_sabotage_that_is_supported_is_a_problem(checkout: Any) -> None:
    checkout.toy.write_text(checkout.toy.read_text().replace('{"center": 0.0}', '{"center": 2.0}'))
    checkout.record()
    done = checkout.companion("judge", "--all")
    assert done.returncode == 1
    assert "sabotage arm 'none' came out supported" in done.stderr


def test_verify_inside_and_outside(copy_of_recorded: Any) -> None:
    checkout = copy_of_recorded
    assert (
        checkout.companion(
            "run", "toy-mean", "--scale", "live", "--out", str(checkout.root / "results")
        ).returncode
        == 0
    )
    assert checkout.companion("verify", "toy-mean").returncode == 0
    again = [
        json.loads(checkout.companion("verify", "toy-mean", "--json", "--first-seed", "9").stdout)
        for _ in range(2)
    ]
    assert again[0] == again[1]
    assert again[0]["seeds"] == [9, 10, 11]
    checkout.toy.write_text(
        checkout.toy.read_text().replace("noise = settings.center", "noise = 5 + settings.center")
    )
    done = checkout.companion("verify", "toy-mean", "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["holds"] is False


def test_citations_carry_what_identifies_the_result_and_invent_no_address(recorded: Any) -> None:
    commit = recorded.result["provenance"]["commit"]
    formats = {
        name: recorded.companion("cite", "toy-mean", "--format", name).stdout
        for name in ("bibtex", "ris", "text")
    }
    for text in formats.values():
        assert "toy-mean" in text
        assert commit in text
        assert "http" not in text
    assert re.match(r"@techreport\{companion-toy-mean-v1,\n(  \w+ = \{.*\},\n)+\}\n$", formats["bibtex"])
    assert formats["ris"].startswith("TY  - RPRT\n")
    assert formats["ris"].rstrip().endswith("ER  -")
    (item,) = json.loads(recorded.companion("cite", "toy-mean", "--format", "csl").stdout)
    assert item["type"] == "report"
    assert item["number"] == "toy-mean v1"
