"""The front page: the verdicts at a glance, and every claim of the essay with what has been found about it."""

import re
from dataclasses import replace
from types import SimpleNamespace
from unittest.mock import Mock
from xml.etree import ElementTree

import pytest
from sphinx.application import Sphinx

from companion.lab import claims
from companion.lab.criteria import Above, All
from companion.site import contents, effects, front, outcome
from companion.site.evidence import Evidence
from companion.site.glimpse import glimpse
from tests.site import sample


def tree(drawn: str) -> ElementTree.Element:
    return ElementTree.fromstring(f"<div>{drawn.replace('&ensp;', ' ').replace('&nbsp;', ' ')}</div>")


def text(element: ElementTree.Element) -> str:
    return " ".join("".join(element.itertext()).split())


def place(root: ElementTree.Element, claim: str) -> ElementTree.Element:
    found = root.find(f".//div[@id='{front.anchor(claim)}']")
    assert found is not None
    return found


def drawn_map(*evidence: Evidence) -> ElementTree.Element:
    return tree(front.essay_map(claims.sections(), evidence))


def with_id(evidence: Evidence, id: str, **changes: object) -> Evidence:
    return replace(evidence, experiment=replace(evidence.experiment, id=id, **changes))


def test_every_claim_stands_on_the_map_with_its_words():
    root = drawn_map()
    for section in claims.sections():
        assert root.find(f".//h3[@id='essay-{section.number}']") is not None
        for claim in section.claims:
            assert claim.words.split()[0] in text(place(root, claim.id))


def test_a_measured_claim_shows_verdict_effect_interval_and_every_seed():
    evidence = sample.measured()
    claim = place(drawn_map(evidence), "C1.2")
    primary = evidence.primary
    words = text(claim)
    assert "supported" in words
    low, high = primary["ci95"]
    assert f"{primary['mean']:.3f} share ({low:.3f} to {high:.3f}), needed: above 0.8" in words
    assert "The part of the distance from chance to the optimum" in words
    assert len(claim.findall(".//svg[@class='glimpse']/circle")) == 10
    assert claim.find(".//a[@href='experiments/clocks-sample.html']") is not None
    assert "Planned, not built yet: clocks-slow-trains-fast, clocks-diet." in words


def test_an_experiment_shows_under_each_claim_that_it_bears_on_and_is_explained_once():
    root = drawn_map(sample.measured())
    other = place(root, "C1.1")
    assert "For what was measured see C1.2." in text(other)
    assert other.find(".//a[@href='#c1-2']") is not None
    assert "experiments/clocks-sample.html" not in ElementTree.tostring(
        place(root, "C2.1"), encoding="unicode"
    )


def test_the_ledger_alone_can_place_an_experiment():
    root = drawn_map(with_id(sample.measured(), "clocks-diet", claim="C6.1", also=()))
    assert (
        root.find(f".//div[@id='{front.anchor('C1.2')}']//a[@href='experiments/clocks-diet.html']")
        is not None
    )
    assert "clocks-diet" not in text(place(root, "C1.2"))  # it is built, so it is not among the planned


@pytest.mark.parametrize(
    ("evidence", "said"),
    [
        (sample.declared(), "Declared, not run yet. Supported when the 95 % interval"),
        (Evidence(sample.EXPERIMENT, None, "undeclared"), "Built, not declared yet"),
        (sample.stale(), "(then supported)"),
    ],
)
def test_without_a_verdict_the_map_says_why(evidence, said):
    assert said in text(place(drawn_map(evidence), "C1.2"))


def two_parts() -> Evidence:
    """The sample with a criterion of two parts."""
    experiment = replace(
        sample.EXPERIMENT, criterion=All((Above("gap_closed", margin=0.8), Above("reward", margin=5.0)))
    )
    evidence = sample.measured()
    first = {key: value for key, value in evidence.primary.items() if key != "also"}
    second = {**first, "effect": "reward", "margin": 5.0, "unit": "points", "verdict": "refuted"}
    evidence.result.document["primary"] = {**first, "also": [second]}
    return replace(evidence, experiment=experiment)


def test_every_part_of_a_criterion_is_shown():
    claim = place(drawn_map(two_parts()), "C1.2")
    assert len(claim.findall(".//svg[@class='glimpse']")) == 2
    assert "needed: above 0.8" in text(claim)
    assert "points" in text(claim)
    assert "The return of one episode." in text(claim)
    assert "supported: 0.9" in text(claim)  # each part has a verdict of its own
    assert "refuted: 0.9" in text(claim)
    assert len(claim.findall(".//span[@class='part-sign']")) == 2


def test_a_single_part_needs_no_verdict_of_its_own():
    assert place(drawn_map(sample.measured()), "C1.2").find(".//span[@class='part-sign']") is None


def percent(value: str) -> float:
    return float(value.rstrip("%"))


def test_the_small_picture_puts_seeds_and_interval_where_they_lie():
    part = sample.measured(main=0.6).primary
    root = ElementTree.fromstring(glimpse(part))
    dots = [percent(dot.get("cx")) for dot in root.iter("circle")]
    assert sorted(range(10), key=dots.__getitem__) == sorted(range(10), key=part["per_seed"].__getitem__)
    border, bar, mean = root.findall("line")
    assert (
        percent(bar.get("x1")) < percent(mean.get("x1")) < percent(bar.get("x2")) < percent(border.get("x1"))
    )
    assert percent(root.find("rect").get("x")) == percent(border.get("x1"))
    assert all(f"{value:.3f}" in root.get("aria-label") for value in part["per_seed"])


def test_the_small_picture_of_no_change_has_two_borders():
    part = {**sample.measured(main=0.0).primary, "kind": "within", "margin": 0.5}
    labels = ["".join(label.itertext()) for label in ElementTree.fromstring(glimpse(part)).iter("text")]
    assert labels == ["−0.5", "0.5"]
    assert effects.needed(part) == "within ±0.5"


def test_one_seed_has_no_interval_and_still_a_picture():
    part = {**sample.measured().primary, "per_seed": [0.9], "ci95": None}
    assert len(ElementTree.fromstring(glimpse(part)).findall("line")) == 1
    assert "(–)" in effects.short(part)


def drawn_outcome(*evidence: Evidence) -> ElementTree.Element:
    return tree(outcome.outcome(claims.sections(), evidence))


def test_what_went_against_the_essay_comes_first_in_the_words_of_the_declaration():
    found = [
        with_id(sample.measured(), "one"),
        with_id(sample.measured(main=0.795), "two"),
        with_id(sample.measured(main=0.6), "three"),
    ]
    words = text(drawn_outcome(*found))
    experiment = sample.EXPERIMENT
    order = [experiment.refuted_when, experiment.question, experiment.hypothesis]
    places = [words.index(sentence.replace("'", "’")) for sentence in order]
    assert places == sorted(places)
    assert "0.6" in words[places[0] : places[1]]


def test_the_tally_counts_experiments_and_claims():
    ledger = [claim for section in claims.sections() for claim in section.claims]
    found = [
        with_id(sample.measured(), "one", claim="C1.1", also=()),
        with_id(sample.measured(main=0.6), "two", claim="C1.2", also=()),
        with_id(sample.declared(), "three", claim="C1.3", also=()),
    ]
    words = text(drawn_outcome(*found))
    planned = {id for claim in ledger for id in claim.experiments}
    assert f"makes {len(ledger)} claims" in words
    assert f"{len(planned) + 3} experiments are planned or done: 1 refuted, 1 supported, 1 declared" in words
    assert f"{len(planned)} open." in words
    assert "2 have been measured: for 1 every verdict is supported, for 1 at least one is not." in words
    assert f"The other {len(ledger) - 2} are open." in words


def test_a_tally_of_everything_names_nothing_open():
    ledger = [claim for section in claims.sections() for claim in section.claims]
    found = [
        with_id(sample.measured(), claim.id.lower().replace(".", "-"), claim=claim.id, also=())
        for claim in ledger
    ]
    words = text(drawn_outcome(*found))
    assert f"All of the claims have been measured: for {len(ledger)} every verdict is supported" in words
    assert "are open" not in words


def test_nothing_measured_is_a_tally_without_lists():
    root = drawn_outcome()
    assert root.find(".//ul") is None
    assert "Of the claims 0 have been measured" in text(root)
    signs = root.findall(".//span[@class='signs']")
    assert len(signs) == len(claims.sections())
    assert all(svg.get("class") == "sign-open" for row in signs for svg in row)


def test_chapters_get_their_titles_when_the_page_is_written():
    evidence = with_id(sample.measured(), "one", chapter="two-clocks")
    body = front.essay_map(claims.sections(), [evidence, with_id(evidence, "two", chapter="not-written")])
    titles = {"chapters/two-clocks": SimpleNamespace(astext=lambda: "Two & clocks")}
    app = Mock(spec=Sphinx, env=SimpleNamespace(titles=titles))
    app.builder = SimpleNamespace(get_relative_uri=lambda here, there: f"{there}.html")
    context = {"body": body}
    contents.name_chapters(app, "index", "page.html", context, None)
    assert (
        re.findall(r'<p class="claim-chapters">(.*?)</p>', context["body"])
        == ['Chapter: <a href="chapters/two-clocks.html">Two &amp; clocks</a>'] * 2
    )
    assert "data-chapters" not in context["body"]
