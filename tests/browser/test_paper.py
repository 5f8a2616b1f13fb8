"""The whole book as a PDF: every chapter in its outline, numbered contents, nothing cut off at the edge of the sheet.

It is printed from the page that `make pdf` binds; without that page there is nothing to test.
"""

import re
import subprocess
import sys

import pytest
from playwright.sync_api import Browser, Page

from companion.lab import registry
from companion.lab.paths import ROOT
from companion.site import paper
from companion.site.printed import Printed
from tests.browser.visiting import SITE

PAGE = SITE.parent / "singlehtml" / "index.html"
LEAST = 60  # pages

needs_the_bound_book = pytest.mark.skipif(
    not PAGE.is_file(), reason="The book is not bound: run 'make pdf' first."
)


def written_titles() -> list[str]:
    """The first heading of every chapter and of every page about the book, from the sources, without their markup."""
    named = re.findall(r"file: ((?:chapters|book)/\S+)", (ROOT / "_toc.yml").read_text())
    heads = [re.search(r"^# (.+)$", (ROOT / f"{name}.md").read_text(), re.MULTILINE) for name in named]
    return [head[1] for head in heads if head]


@pytest.fixture(scope="module")
def bound(chromium: Browser) -> Page:
    return paper.opened(chromium, PAGE)


@needs_the_bound_book
def test_nothing_is_wider_than_the_sheet(bound: Page):
    assert paper.clipped(bound) == []


@needs_the_bound_book
def test_nothing_of_the_interface_and_no_live_piece_is_printed(bound: Page):
    assert bound.locator(".masthead, .contents, .turn, button:visible, input:visible").count() == 0
    assert bound.locator("script[type='application/json']").count() == 0
    assert bound.locator("mjx-container").count() > 0
    assert bound.locator("mjx-merror").count() == 0


@needs_the_bound_book
def test_links_stay_in_the_book_or_lead_to_the_network(bound: Page):
    astray = bound.evaluate(
        """() => [...document.querySelectorAll('a[href]')].map(a => a.getAttribute('href')).filter(to =>
            to.startsWith('#') ? !document.getElementById(decodeURIComponent(to.slice(1)))
                               : !/^(https?:|mailto:)/.test(to))"""
    )
    assert astray == []


@pytest.fixture(scope="module")
def pdf(tmp_path_factory: pytest.TempPathFactory) -> Printed:
    target = tmp_path_factory.mktemp("paper") / "book.pdf"
    subprocess.run([sys.executable, "-m", "companion.site.paper", str(PAGE), str(target)], check=True)
    data = target.read_bytes()
    assert ROOT.as_posix().encode() not in data  # links to files would carry the address of this machine
    assert b"/MarkInfo" in data  # tagged, for screen readers
    return Printed(data)


@needs_the_bound_book
def test_the_outline_names_every_chapter_and_experiment_in_order(pdf: Printed):
    assert pdf.pages > LEAST
    outline = [entry.title for entry in pdf.outline()]
    wanted = [*written_titles(), *(experiment.title for experiment in registry.all_experiments())]
    missing = [title for title in wanted if plain(title) not in map(plain, outline)]
    assert missing == []
    pages = [entry.page for entry in pdf.outline()]
    assert pages == sorted(pages)
    assert pages[0] > 1


def plain(title: str) -> str:
    """The words alone: headings are set with typographic quotes, in sources they are not."""
    return " ".join(re.findall(r"[a-z0-9]+", title.lower()))


@needs_the_bound_book
def test_the_contents_lead_to_the_page_where_a_chapter_begins(pdf: Printed):
    begins = {plain(entry.title): entry.page for entry in pdf.outline() if entry.level == 2}
    places = pdf.places()
    for experiment in registry.all_experiments():
        assert places[f"document-experiments/{experiment.id}"] == begins[plain(experiment.title)]
