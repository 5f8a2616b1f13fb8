"""A visitor to the built site: opens pages in Chromium over http and from disk, and writes down what goes wrong."""

import functools
import http.server
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from playwright.sync_api import Page, Request, Response

from companion.lab.paths import ROOT

SITE = Path(os.environ.get("COMPANION_SITE", ROOT / "_build" / "html"))
SCREENSHOTS = SITE.parent / "screenshots"
_READY = "() => window.MathJax && MathJax.startup ? MathJax.startup.promise.then(() => true) : true"


def pages() -> list[str]:
    """Every page of the site, as paths inside it."""
    return sorted(
        file.relative_to(SITE).as_posix() for file in SITE.rglob("*.html") if "_static" not in file.parts
    )


@contextmanager
def served() -> Iterator[str]:
    """The site on a free port of this machine; yields its address."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *anything: object) -> None:
            """Say nothing."""

    handler = functools.partial(Quiet, directory=str(SITE))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@dataclass
class Visit:
    """What a page asked for and complained about."""

    page: Page
    home: str  # address of the site: http://... or file://...
    problems: list[str] = field(default_factory=list)
    weight: int = 0  # bytes of everything that was loaded

    def __post_init__(self) -> None:
        """Listen before anything is opened."""
        self.page.on("console", lambda m: self._note(m.text) if m.type in ("error", "warning") else None)
        self.page.on("pageerror", lambda error: self._note(str(error)))
        self.page.on("requestfailed", lambda request: self._note(f"failed: {request.url}"))
        self.page.on("request", self._local)
        self.page.on("response", self._weigh)

    def _note(self, problem: str) -> None:
        self.problems.append(problem)

    def _local(self, request: Request) -> None:
        if not request.url.startswith((self.home, "data:", "blob:")):
            self._note(f"asks elsewhere: {request.url}")

    def _weigh(self, response: Response) -> None:
        if response.status >= 400:
            self._note(f"{response.status}: {response.url}")
        elif response.url.startswith(self.home):
            path = unquote(urlsplit(response.url.removeprefix(self.home)).path)
            self.weight += (SITE / path.lstrip("/")).stat().st_size

    def open(self, name: str) -> "Visit":
        """Open a page and wait until it has settled, mathematics included."""
        self.page.goto(f"{self.home}/{name}")
        self.page.evaluate(_READY)
        self.page.wait_for_timeout(60)  # what a script does after the page has loaded
        return self
