"""A page that holds one live piece and nothing else, laid out as the site does it and opened from disk."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page

from companion.lab.paths import ROOT
from companion.widgets import pieces

STATIC = ROOT / "web" / "static"


@dataclass(frozen=True)
class Leaf:
    """The page of a piece, by the name of its scripts."""

    piece: str

    @property
    def styles(self) -> list[str]:
        return ["tokens", "page", "text", f"live/{self.piece}"]

    @property
    def scripts(self) -> list[str]:
        return [f"live/{name}" for name in (*pieces.SCRIPTS[self.piece], "page")]

    def write(self, folder: Path, html: str) -> Path:
        """A page with this in it."""
        folder.mkdir(exist_ok=True)
        (folder / "_static").symlink_to(STATIC)
        links = [f'<link rel="stylesheet" href="_static/companion/{name}.css">' for name in self.styles]
        links += [f'<script defer src="_static/companion/{name}.js"></script>' for name in self.scripts]
        page = folder / "page.html"
        page.write_text(
            '<!DOCTYPE html><html lang="en" data-theme="light"><head><meta charset="utf-8"><title>A page</title>'
            f'<meta name="viewport" content="width=device-width">{"".join(links)}</head>'
            f"<body><main><article><h1>A page</h1>{html}</article></main></body></html>"
        )
        return page

    def weight(self, page: Path) -> int:
        """The bytes that a page loads for the piece: itself, the piece's scripts and its style."""
        files = [STATIC / "companion" / f"{name}.js" for name in self.scripts]
        files += [STATIC / "companion" / "live" / f"{self.piece}.css", page]
        return sum(file.stat().st_size for file in files)

    @contextmanager
    def opening(self, chromium: Browser, folder: Path) -> Iterator[Callable[[str], Page]]:
        """Open a page with this HTML from disk; nothing may go wrong in it."""
        context, problems = chromium.new_context(viewport={"width": 1200, "height": 1100}), []

        def go(html: str) -> Page:
            page = context.new_page()
            page.on("console", lambda message: problems.append(message.text))
            page.on("pageerror", lambda error: problems.append(str(error)))
            page.on("request", lambda ask: None if ask.url.startswith("file:") else problems.append(ask.url))
            page.goto(self.write(folder, html).as_uri())
            return page

        yield go
        context.close()
        assert problems == []
