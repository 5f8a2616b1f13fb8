"""What cards, strips, tables and pages say about a measurement, and about the lack of one."""

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from companion.lab import assemble, store
from companion.lab.criteria import Above, Within
from companion.lab.store import Result
from companion.site import experiment_pages, numbers, tables
from companion.site.cards import card_html
from companion.site.downloads import as_csv
from companion.site.evidence import Evidence
from companion.site.numerals import decimals, duration, interval, number
from companion.site.phrases import typeset
from companion.site.strip import strip
from companion.site.verdicts import MEANING, badge
from tests.site import sample


@pytest.mark.parametrize(
    ("evidence", "standing"),
    [
        (sample.measured(), "supported"),
        (sample.measured(main=0.6), "refuted"),
        (sample.measured(main=0.795), "inconclusive"),
        (sample.stale(), "stale"),
        (sample.declared(), "declared"),
        (Evidence(sample.EXPERIMENT, None, "undeclared"), "open"),
    ],
)
def test_every_standing_has_its_own_sign_and_word(evidence, standing):
    assert evidence.standing == standing
    assert f">{standing}</span>" in card_html(evidence, None)
    signs = {re.search(r"<svg.*</svg>", badge(word))[0] for word in MEANING}
    assert len(signs) == len(MEANING)


def test_the_card_states_mean_interval_and_seeds():
    evidence = sample.measured()
    card = card_html(evidence, "../experiments/clocks-sample.html")
    primary = evidence.result.document["primary"]
    assert f"<b>{primary['mean']:.3f}</b> (share)" in card
    assert f"interval {primary['ci95'][0]:.3f} to {primary['ci95'][1]:.3f} over 10 seeds" in card
    assert 'href="../experiments/clocks-sample.html"' in card
    assert "<em>wiped</em> came out refuted" in card
    ElementTree.fromstring(card.replace("&nbsp;", " ").replace("&middot;", " "))


def test_an_unmeasured_card_states_the_criterion_and_no_number():
    card = card_html(sample.declared(), None)
    assert "Not measured yet" in card
    assert "lies above 0.8" in card
    assert "<svg width" not in card


def test_a_stale_card_says_what_was_found_and_that_it_no_longer_holds():
    card = card_html(sample.stale(), None)
    assert "the verdict then was supported" in card
    assert "companion attest" in card


def percent(value: str) -> float:
    return float(value.rstrip("%"))


def test_the_strip_shows_every_seed_in_order_and_on_the_right_side_of_the_margin():
    evidence = sample.measured()
    root = ElementTree.fromstring(strip(evidence))
    dots = [percent(dot.get("cx")) for dot in root.iter("circle")]
    main, broken = dots[:10], dots[10:]
    seeds = evidence.result.document["primary"]["per_seed"]
    assert sorted(range(10), key=main.__getitem__) == sorted(range(10), key=seeds.__getitem__)
    border = percent(root.find("line").get("x1"))
    assert max(broken) < border < min(main)
    assert all(0 <= place <= 100 for place in dots)


def test_the_strip_of_no_change_has_two_borders_around_zero():
    experiment = replace(sample.EXPERIMENT, criterion=Within("gap_closed", margin=0.5))
    document = {**sample.result(main=0.0).document}
    document["primary"] = {**document["primary"], "kind": "within", "margin": 0.5}
    root = ElementTree.fromstring(strip(Evidence(experiment, Result(document), "fresh")))
    left, right = (percent(line.get("x1")) for line in root.findall("line")[:2])
    assert left < right
    assert left + right == pytest.approx(2 * (left + right) / 2)
    assert any("within ±0.5" in "".join(text.itertext()) for text in root.iter("text"))


def test_an_arm_is_not_compared_with_itself():
    experiment = replace(sample.EXPERIMENT, criterion=Above("gap_closed", margin=0.2, against="wiped"))
    measured = sample.result()
    _, parts = assemble.judge_arm(experiment.criterion, "main", measured.document["measurements"])
    document = {**measured.document, "primary": {**parts[0], "also": []}}
    assert Evidence(experiment, Result(document), "fresh").sabotage is None


def test_tables_hold_every_number_and_lead_with_the_declared_one():
    evidence = sample.measured()
    drawn = tables.means(evidence)
    assert drawn.index("<b>gap_closed</b>") < drawn.index("<b>reward</b>")
    assert drawn.count('scope="row"') == len(evidence.result.document["measurements"])
    assert "the return of one episode (points)" in drawn
    seeds = tables.seeds(evidence)
    for stored in evidence.result.document["measurements"].values():
        for value in stored["per_seed"]:
            assert f"{value:.3f}" in seeds


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(0.91, 0.97, 3), (6.618, 6.652, 3), (120.0, 140.0, 1), (0.5, 0.5, 3), (0.99981, 0.99985, 6)],
)
def test_an_interval_decides_how_many_decimals_are_shown(low, high, expected):
    assert decimals(low, high) == expected


def test_numbers_are_set_with_a_minus_sign():
    assert number(-0.25, 2) == "−0.25"
    assert number(-0.0004, 2) == "0.00"
    assert interval([-0.25, 0.5], 1) == "−0.2 to 0.5"
    assert interval(None, 2) == "–"
    assert [duration(s) for s in (5.2, 640, 7200)] == ["5 s", "11 min", "2.0 h"]


def test_plain_sentences_are_set_with_care():
    assert (
        typeset("the player's \"gap\" < 3 & `x's`") == "the player’s “gap” &lt; 3 &amp; <code>x&#x27;s</code>"
    )


def test_named_numbers_are_those_of_the_result():
    measured = sample.result()
    named = numbers.named(sample.EXPERIMENT, measured)
    summary = measured.document["measurements"]["wiped.reward"]
    assert named["clocks-sample/wiped.reward/mean"] == summary["mean"]
    assert named["clocks-sample/wiped.reward/low"] == summary["ci95"][0]
    assert named["clocks-sample/primary/high"] == measured.document["primary"]["ci95"][1]
    assert named["clocks-sample/primary/margin"] == 0.8
    assert named["clocks-sample/verdict"] == "supported"
    assert named["clocks-sample/seeds"] == 10


def test_all_results_as_one_table():
    lines = as_csv([sample.result()]).splitlines()
    assert lines[0].startswith("id,version,claim,verdict,arm,quantity,unit,mean,low,high")
    assert len(lines) == 5
    first = lines[1].split(",")
    assert first[4:6] == ["main", "gap_closed"]
    assert len(first[10].split()) == 10


@pytest.fixture
def stored(monkeypatch, tmp_path):
    """Pages hash the stored result file; give them one."""
    file = tmp_path / "clocks-sample" / "v2" / "full.json"
    file.parent.mkdir(parents=True)
    file.write_bytes(store.dump(sample.result().document))
    monkeypatch.setattr(experiment_pages.paths, "result_folder", lambda *which: file.parent)


@pytest.mark.usefixtures("stored")
def test_the_page_of_a_measured_experiment_is_complete():
    page = experiment_pages.page(sample.measured())
    for promised in (
        "# Does a frozen network learn",
        "The slow mechanism can train the fast one",
        "lies above 0.8",
        '<svg class="tt"',
        "each thin line is one seed.</figcaption>",
        "it must not come out supported",
        "found with pilot runs",
        "companion verify clocks-sample",
        "@techreport{",
        "0123456789abcdef0123456789abcdef01234567",
        'href="../results/clocks-sample/v2/full.json"',
        "declarations/clocks-sample.v2.json",
        "Duan et al. (2016)",
    ):
        assert promised in page, promised


def test_the_page_of_a_declared_experiment_says_that_nothing_was_measured():
    page = experiment_pages.page(sample.declared())
    assert "Nothing has been measured yet" in page
    assert "## Declared before it was measured" in page
    assert "## Provenance" not in page
    assert "not yet measured" in page  # the citation says so too


@pytest.mark.usefixtures("stored")
def test_a_page_without_news_is_not_written_again(monkeypatch, tmp_path):
    monkeypatch.setattr(experiment_pages.registry, "all_experiments", lambda: (sample.EXPERIMENT,))
    monkeypatch.setattr(experiment_pages, "gather", lambda experiment: sample.measured())
    (tmp_path / "gone.md").write_text("# Gone")
    experiment_pages.write_all(tmp_path)
    page = tmp_path / "clocks-sample.md"
    before = page.stat().st_mtime_ns
    experiment_pages.write_all(tmp_path)
    assert page.stat().st_mtime_ns == before
    assert [file.name for file in tmp_path.glob("*.md")] == ["clocks-sample.md"]
