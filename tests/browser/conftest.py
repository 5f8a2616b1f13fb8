"""One Chromium for all browser tests."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser

from companion.site import paper
from tests.browser.visiting import SITE, Visit, served


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's browser, headless."""
    with paper.chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def homes() -> Iterator[dict[str, str]]:
    """The site's address over http and from disk."""
    assert (SITE / "index.html").is_file(), "The site is not built: run 'make book' first."
    with served() as address:
        yield {"http": address, "file": f"file://{SITE}"}


@pytest.fixture
def visit(chromium: Browser, homes: dict[str, str]) -> Iterator[Callable[..., Visit]]:
    """Open a page of the site: visit(name, scheme="http", mode="light", width=1440)."""
    contexts = []

    def go(name: str, scheme: str = "http", mode: str = "light", width: int = 1440) -> Visit:
        context = chromium.new_context(viewport={"width": width, "height": 1000}, color_scheme=mode)
        contexts.append(context)
        return Visit(context.new_page(), homes[scheme]).open(name)

    yield go
    for context in contexts:
        context.close()
