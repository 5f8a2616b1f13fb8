"""What is connected to which of Sphinx's events. Each idea lives in a module of its own."""

from typing import Any

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from companion.site import assets, contents, freshness


def setup(app: Sphinx) -> dict[str, Any]:
    """Sphinx calls this when it loads the extension."""
    app.add_html_theme("companion", str(assets.WEB / "theme"))
    app.connect("config-inited", assets.configure)
    app.connect("builder-inited", assets.register)
    app.connect("builder-inited", freshness.use_fresh_cache, priority=900)  # after myst-nb has set its own
    app.connect("env-get-outdated", freshness.outdated)
    app.connect("env-updated", _lay_files)
    app.connect("html-page-context", contents.show)
    app.connect("html-page-context", assets.keep_local, priority=990)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def _lay_files(app: Sphinx, env: BuildEnvironment) -> None:
    assets.copy_vendored(app)
