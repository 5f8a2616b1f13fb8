"""One object, two faces: JupyterLab shows the widget, the static page and any other reader the HTML."""

from typing import Any

import ipywidgets

VIEW = "application/vnd.jupyter.widget-view+json"


class TwoFaces:
    """The value of a notebook cell. `html` must say by itself what the widget shows at first."""

    def __init__(self, widget: ipywidgets.DOMWidget, html: str) -> None:
        self.widget, self.html = widget, html

    def _repr_mimebundle_(self, **wanted: object) -> dict[str, Any]:
        view = {"version_major": 2, "version_minor": 0, "model_id": self.widget.model_id}
        return {"text/plain": repr(self), "text/html": self.html, VIEW: view}

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"
