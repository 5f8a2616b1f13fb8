"""The page of performance prints what was recorded, and says in a sentence what is missing."""

import json

import pytest

from companion.lab.errors import LabError
from companion.site import benchmarks


@pytest.fixture
def recorded(tmp_path, monkeypatch):
    monkeypatch.setattr(benchmarks, "FOLDER", tmp_path)
    table = {
        "caption": "C",
        "columns": ["who", "speed", "by"],
        "rows": [["a < b", 12345.6, None], ["c", 88, 3.1615]],
    }
    machine = {"processors": 2, "cpu": "X", "python": "3.11", "packages": {"torch": "2"}, "load": [3.5, 3, 2]}
    fixed = {
        "caption": "D",
        "digits": 1,
        "columns": ["who", "share", "count"],
        "rows": [["a", 0.04, 1600000]],
    }
    tables = {"peers": table, "fixed": fixed}
    document = {"made": "2026-11-24T23:00:00Z", "machine": machine, "tables": tables}
    (tmp_path / "one.json").write_text(json.dumps(document))


def test_a_table_is_drawn(recorded):
    drawn = benchmarks.drawn_table("one", "peers")
    assert '<th scope="row">a &lt; b</th><td class="number">12,346</td><td class="number">–</td>' in drawn
    assert '<td class="number">88.0</td><td class="number">3.16</td>' in drawn
    assert "Measured on 2026-11-24 on one of the 2 processors" in benchmarks.drawn_machine("one")
    assert "The load average was 3.5" in benchmarks.drawn_machine("one")


def test_a_table_can_fix_its_decimals(recorded):
    drawn = benchmarks.drawn_table("one", "fixed")
    assert '<td class="number">0.0</td><td class="number">1,600,000</td>' in drawn


def test_where_load_tells_nothing_it_is_not_told(recorded):
    path = benchmarks.path_of("one")
    document = json.loads(path.read_text())
    document["machine"]["load"] = None
    path.write_text(json.dumps(document))
    assert "load" not in benchmarks.drawn_machine("one")


@pytest.mark.parametrize(
    ("name", "table", "said"), [("two", "peers", "make bench"), ("one", "x", "no table 'x'")]
)
def test_what_is_missing_is_said(recorded, name, table, said):
    with pytest.raises(LabError, match=said):
        benchmarks.drawn_table(name, table)
