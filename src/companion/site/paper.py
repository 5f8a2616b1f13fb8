"""`python -m companion.site.paper PAGE PDF`: the book on paper, printed by Chromium from the one page it is bound in.

It is printed twice: only the first printing tells on which pages the chapters begin, and the table of contents of the
second one names them. What would be cut off at the edge of the sheet stops the printing with a sentence.
"""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from companion.site.printed import Printed

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or "/usr/bin/chromium"
FLAGS = tuple(
    f"--{flag}"
    for flag in (
        *("no-sandbox", "disable-gpu", "disable-quic", "no-first-run"),
        *("disable-background-networking", "disable-component-update", "disable-sync"),
    )
)
_WIDTH = 627  # pixels between the margins of print.css: 210 mm less 20 and 24
_PATIENCE_MS = 600_000  # a whole book on a busy machine
_READY = "() => window.MathJax && MathJax.startup ? MathJax.startup.promise.then(() => true) : true"
_UNFOLD = (
    "() => document.querySelectorAll('details.sd-dropdown, section[id$=\"--exercises\"] details')"
    ".forEach(folded => { folded.open = true; })"
)
# Chromium's outline loses the space at which a heading's line ends. One that does not break stays.
_HEADINGS = """() => document.querySelectorAll('article :is(h1, h2, h3, h4, h5)').forEach(heading => {
  const walker = document.createTreeWalker(heading, NodeFilter.SHOW_TEXT);
  const texts = []; while (walker.nextNode()) texts.push(walker.currentNode);
  const top = (text, at) => {
    const range = document.createRange(); range.setStart(text, at); range.setEnd(text, at + 1);
    return range.getBoundingClientRect().top;
  };
  for (const text of texts) for (let at = text.length - 2; at > 0; at--)
    if (text.data[at] === ' ' && top(text, at - 1) < top(text, at + 1) - 4) {
      const rest = text.splitText(at + 1);
      text.data = text.data.slice(0, -1) + '\\u00a0';
      rest.before(document.createElement('wbr'));
    }
})"""
_CLIPPED = """() => {
  const sheet = document.querySelector('article').getBoundingClientRect();
  const boxes = 'article :is(figure, svg, svg text, table, pre, mjx-container, .math, .scroll, .card, .cell_output)';
  return [...document.querySelectorAll(boxes)].filter(box => {
    const place = box.getBoundingClientRect();
    if (!place.width) return false;
    const hides = getComputedStyle(box).overflowX !== 'visible' && box.scrollWidth > box.clientWidth + 1;
    const room = box.matches('svg text') ? 30 : 2;   // a label may reach into the margin
    return hides || place.right > sheet.right + room || place.left < sheet.left - room;
  }).map(box => {
    const chapter = box.closest('.doc');
    const words = (box.textContent || '').trim().replace(/\\s+/g, ' ').slice(0, 60);
    return `${chapter ? chapter.id : ''}: ${box.tagName.toLowerCase()}.${box.getAttribute('class') || ''} "${words}"`;
  });
}"""
_NUMBER = """pages => document.querySelectorAll('[data-page-of]').forEach(place => {
  place.textContent = pages[place.dataset.pageOf] || '';
})"""


class Clipped(Exception):
    """Something is wider than the sheet."""


@contextmanager
def chromium() -> Iterator["Browser"]:
    """Debian's browser, headless."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS), timeout=_PATIENCE_MS)
        yield browser
        browser.close()


def opened(browser: "Browser", page: Path) -> "Page":
    """The bound book, set in the width of the sheet, with formulas drawn and solutions laid open."""
    context = browser.new_context(
        viewport={"width": _WIDTH, "height": 1000}, color_scheme="light", user_agent="the companion book"
    )
    context.set_default_timeout(_PATIENCE_MS)
    shown = context.new_page()
    shown.emulate_media(media="print")
    shown.goto(page.resolve().as_uri())
    shown.evaluate(_READY)
    shown.evaluate("document.fonts.ready.then(() => true)")
    shown.evaluate(_UNFOLD)
    shown.evaluate(_HEADINGS)
    return shown


def clipped(shown: "Page") -> list[str]:
    """What does not fit between the margins, each with its chapter and its first words."""
    found: list[str] = shown.evaluate(_CLIPPED)
    return found


def printed(page: Path) -> bytes:
    """The PDF; raises Clipped where something would be cut off."""
    with chromium() as browser:
        shown = opened(browser, page)
        if wide := clipped(shown):
            raise Clipped("wider than the sheet:\n  " + "\n  ".join(wide))
        shown.evaluate(_NUMBER, Printed(_pdf(shown)).places())
        return _pdf(shown)


def _pdf(shown: "Page") -> bytes:
    return shown.pdf(tagged=True, outline=True, prefer_css_page_size=True, print_background=True)


def main(arguments: list[str]) -> int:
    """Print; 0 done, 1 something does not fit, 2 wrong use."""
    if len(arguments) != 2 or not Path(arguments[0]).is_file():
        print(
            "usage: python -m companion.site.paper PAGE PDF, where PAGE is a built singlehtml page",
            file=sys.stderr,
        )
        return 2
    target = Path(arguments[1])
    try:
        data = printed(Path(arguments[0]))
    except Clipped as error:
        print(f"pdf: {error}", file=sys.stderr)
        return 1
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as file:
        file.write(data)
    Path(file.name).chmod(0o644)
    Path(file.name).replace(target)
    print(f"pdf: {Printed(data).pages} pages, {len(data) / 1e6:.1f} MB in {target}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
