"""`companion bench` from outside, and the scripts beside the peers where no peer is installed."""

import json
import os
import subprocess
import sys
from functools import partial
from importlib import import_module, util

import pytest

from companion import bench, cli
from companion.alphazero.network import NetworkSettings, new_network
from companion.bench.report import table
from companion.bench.search import SearchBench
from companion.games.board import CONNECT_FOUR
from companion.lab.paths import ROOT

SCRIPTS = sorted(
    script for script in (ROOT / "benchmarks").glob("*.py") if "from peers import" in script.read_text()
)
"""The others measure nothing but ourselves."""


@pytest.fixture
def quick(monkeypatch):
    """The command measures little."""
    module = import_module("companion.bench.search")
    settings = SearchBench(games=4, simulations=4, repetitions=1, network=NetworkSettings(4, 1, 4))
    network = partial(new_network, CONNECT_FOUR, settings.network, 0)
    monkeypatch.setattr(module, "measure", partial(module.measure, settings=settings, trained=network))


def test_json_and_table(quick, capsys):
    cli.main(["bench", "search", "--json"])
    report = json.loads(capsys.readouterr().out)
    assert {"untrained", "untrained_no_cache", "trained", "peak_evaluations_per_s"} <= set(report)
    cli.main(["bench", "search"])
    printed = capsys.readouterr().out
    assert "untrained_no_cache" in printed
    assert "simulations_per_s" in printed


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["bench", "nothing"], "no engine 'nothing' to measure: choose one of search, solver"),
        (["bench", "search", "--threads", "0"], "--threads goes from 1"),
        (["bench", "solver", "--threads", "100000"], "--threads goes from 1"),
        (["bench"], "ENGINE"),
    ],
)
def test_wrong_use(capsys, is_one_sentence, arguments, said):
    with pytest.raises(SystemExit) as stopped:
        cli.main(arguments)
    error = capsys.readouterr().err
    assert stopped.value.code == 2
    assert said in error
    assert is_one_sentence(error)


def test_every_listed_engine_can_be_measured():
    assert all(callable(import_module(f"companion.bench.{engine}").measure) for engine in bench.ENGINES)


def test_a_table_aligns_cases_that_differ():
    lines = table({"a": {"x_per_s": 1234.5, "n": 3}, "longer": {"x_per_s": 0.125}, "beside": 7}).splitlines()
    assert lines == [
        "        x_per_s  n",
        "a         1,234  3",
        "longer    0.125  -",
        "",
        "beside: 7",
    ]


@pytest.mark.skipif(util.find_spec("mctx") is not None, reason="the peers are installed")
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_without_peers_a_script_says_what_to_do(script, is_one_sentence, tmp_path):
    command = [sys.executable, str(script), "--out", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=dict(os.environ))
    assert done.returncode == 1
    assert "'make bench' installs the peers" in done.stderr
    assert is_one_sentence(done.stderr)
    assert not list(tmp_path.iterdir())
