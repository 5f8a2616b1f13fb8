"""The built site in a real browser: every page, over http and from disk, on a phone, in light and dark."""

import json
import re
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.visiting import SCREENSHOTS, SITE, pages

PAGES = pages() or ["index.html"]
CHAPTERS = [name for name in PAGES if name.startswith("chapters/")]
LIMIT = 2_500_000  # bytes of a page with everything it loads, MathJax included


@pytest.mark.parametrize("scheme", ["http", "file"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_complete_in_itself_and_light(visit, name, scheme):
    shown = visit(name, scheme)
    assert shown.problems == []
    assert shown.weight < LIMIT


@pytest.mark.parametrize("name", PAGES)
def test_a_page_reads_well_in_light_in_dark_and_on_a_phone(visit, name):
    page = visit(name).page
    for mode, is_paper in {"light": lambda shade: shade > 240, "dark": lambda shade: shade < 64}.items():
        turn(page, mode)
        assert is_paper(shade_of(page, "body"))
        photograph(page, mode, name)
        assert barriers(page) == []
    assert pale_boxes(page) == []
    turn(page, "light")
    for width in (1400, 1000, 390):
        page.set_viewport_size({"width": width, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    photograph(page, "phone", name)


def turn(page: Page, mode: str) -> None:
    """Switch the reader's system to light or dark and wait until the page has heard of it and is drawn."""
    page.emulate_media(color_scheme=mode)
    page.wait_for_function("mode => document.documentElement.dataset.theme === mode", arg=mode)
    drawn(page)


def drawn(page: Page) -> None:
    """Wait until what was changed is on the screen, and has faded in where it fades."""
    page.evaluate("new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
    page.evaluate("Promise.allSettled(document.getAnimations().map(animation => animation.finished))")


def shade_of(page: Page, selector: str) -> float:
    """The brightness of an element's background, 0 to 255."""
    color = page.locator(selector).evaluate("node => getComputedStyle(node).backgroundColor")
    return sum(map(int, re.findall(r"\d+", color)[:3])) / 3


def barriers(page: Page) -> list[str]:
    """What axe-core calls serious or critical, with everything that is folded laid open."""
    page.evaluate("document.querySelectorAll('article details').forEach(folded => folded.open = true)")
    drawn(page)
    return [
        f"{rule['id']}: {rule['help']}: {node['html'][:160]}"
        for rule in Axe().run(page).response["violations"]
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
    ]


def pale_boxes(page: Page) -> list[str]:
    """Outputs and figures that paint a light box on the dark page."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll('.cell_output, .cell_output *, figure, svg.tt')]
            .map(node => getComputedStyle(node).backgroundColor)
            .filter(color => color.startsWith('rgb(') && color.match(/\\d+/g).every(part => part > 190))"""
    )
    return found


def photograph(page: Page, folder: str, name: str) -> None:
    """For people to look at."""
    page.screenshot(path=SCREENSHOTS / folder / name.replace(".html", ".png"), full_page=True)


@pytest.mark.parametrize("scheme", ["http", "file"])
def test_the_reader_chooses_light_or_dark_and_the_choice_stays(visit, scheme):
    shown = visit("index.html", scheme)
    root = shown.page.locator("html")
    expect(root).to_have_attribute("data-theme", "light")
    shown.page.get_by_role("button", name="Light or dark").click()
    expect(root).to_have_attribute("data-theme", "dark")
    shown.open("book/methods.html")
    expect(root).to_have_attribute("data-theme", "dark")


@pytest.mark.parametrize("scheme", ["http", "file"])
def test_search_finds_and_quotes(visit, scheme):
    shown = visit("index.html", scheme)
    shown.page.get_by_role("searchbox", name="Search the book").fill("bootstrap")
    shown.page.keyboard.press("Enter")
    methods = shown.page.locator("#search-results li", has=shown.page.get_by_role("link", name="Methods"))
    expect(methods.locator(".context")).to_contain_text("the percentile bootstrap covers the truth")
    methods.get_by_role("link").click()
    expect(shown.page.locator("h1")).to_contain_text("Methods")
    assert shown.problems == []


def test_the_contents_open_on_a_phone_by_keyboard(visit):
    page = visit("index.html", width=390).page
    contents = page.get_by_role("navigation", name="Contents")
    expect(contents).to_be_hidden()
    page.get_by_role("button", name="Contents").focus()
    page.keyboard.press("Enter")
    expect(contents).to_be_visible()
    contents.get_by_role("link", name="Methods").click()
    expect(page.locator("h1")).to_contain_text("Methods")


def test_the_first_tab_leads_past_the_contents(visit):
    page = visit("book/methods.html").page
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "text"


class Links(HTMLParser):
    """The ids of a page and where its links and resources lead."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.targets: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect from every element."""
        named = dict(attrs)
        self.ids |= {named["id"]} if named.get("id") else set()
        for attribute in ("href", "src"):
            if (target := named.get(attribute)) and tag != "use":
                self.targets.add(target)


def test_every_link_leads_somewhere():
    read = {name: Links((SITE / name).read_text(encoding="utf-8")) for name in PAGES}
    broken = []
    for name, found in read.items():
        for target in found.targets:
            parts = urlsplit(target)
            if parts.scheme in ("http", "https", "mailto", "data"):
                continue
            path = unquote(parts.path)
            file = (SITE / name).parent / path if path else SITE / name
            there = file.resolve().relative_to(SITE.resolve()).as_posix()
            if not file.exists() or (
                parts.fragment and there in read and parts.fragment not in read[there].ids
            ):
                broken.append(f"{name} -> {target}")
    assert broken == []


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_offers_its_executed_notebook(visit, name):
    page = visit(name).page
    with page.expect_download() as download:
        page.get_by_role("link", name="Notebook").click()
    notebook = json.loads(download.value.path().read_text(encoding="utf-8"))
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert any(cell["outputs"] for cell in code)
    assert not any(output["output_type"] == "error" for cell in code for output in cell["outputs"])


@pytest.mark.parametrize("name", [name for name in PAGES if name.startswith("experiments/")])
def test_an_experiment_can_be_cited_from_its_page(visit, name):
    page = visit(name).page
    number = page.locator('meta[name="citation_technical_report_number"]').get_attribute("content")
    assert number.startswith(name.removeprefix("experiments/").removesuffix(".html") + " v")
    for tag in ("citation_title", "citation_author", "citation_publication_date"):
        assert page.locator(f'meta[name="{tag}"]').first.get_attribute("content")
    expect(page.locator("pre", has_text="@techreport")).to_be_visible()
