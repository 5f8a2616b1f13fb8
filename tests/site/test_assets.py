"""What pages load lies in the checkout, unaltered and licensed, and nothing asks the network."""

import base64
import hashlib
import json
import re
from types import SimpleNamespace
from unittest.mock import Mock

import pytest
from sphinx.application import Sphinx

from companion.site import assets

MANIFEST = json.loads((assets.VENDOR / "manifest.json").read_text())


def test_every_vendored_file_is_the_one_in_the_manifest():
    listed = {
        f"{folder}/{name}": digest
        for folder, entry in MANIFEST.items()
        for name, digest in entry["sha256"].items()
    }
    present = [file for file in assets.VENDOR.rglob("*") if file.is_file() and file.name != "manifest.json"]
    found = {
        f.relative_to(assets.VENDOR).as_posix(): hashlib.sha256(f.read_bytes()).hexdigest() for f in present
    }
    assert found == listed


@pytest.mark.parametrize("folder", MANIFEST)
def test_every_package_names_its_version_and_carries_its_license(folder):
    entry = MANIFEST[folder]
    assert re.search(r"\d+\.\d+", entry["version"])
    opening = (assets.VENDOR / folder / "LICENSE").read_text()[:400]
    assert {"OFL-1.1": "SIL Open Font License", "Apache-2.0": "Apache License"}[entry["license"]] in opening


def test_typefaces_travel_inside_the_style_sheet():
    sheet = assets.typefaces()
    sources = re.findall(r'url\("([^"]+)"\)', sheet)
    assert len(sources) == len(assets.FACES)
    for source in sources:
        head, data = source.split(",", 1)
        assert head == "data:font/woff2;base64"
        assert base64.b64decode(data)[:4] == b"wOF2"


def test_every_typeface_of_the_style_sheets_is_shipped():
    shipped = {family for family, *_ in assets.FACES}
    tokens = (assets.WEB / "static" / "companion" / "tokens.css").read_text()
    first_choices = re.findall(r"--(?:serif|sans|mono): \"([^\"]+)\"", tokens)
    assert set(first_choices) == shipped


@pytest.mark.parametrize(
    "file", sorted((assets.WEB / "static" / "companion").glob("*.*")), ids=lambda file: file.name
)
def test_our_own_files_name_no_other_host(file):
    text = file.read_text().replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"(https?:)?//[a-z0-9.-]+\.[a-z]{2,}", text)
    assert "@import" not in text


@pytest.mark.parametrize("formulas", [True, False])
def test_scripts_of_absent_buttons_and_of_absent_formulas_are_dropped(formulas):
    kept = SimpleNamespace(filename="_static/companion/book.js", attributes={})
    thebe = SimpleNamespace(filename=None, attributes={"body": 'const THEBE_JS_URL = "somewhere"'})
    mathjax = SimpleNamespace(filename=None, attributes={"body": "window.MathJax = {}"})
    context = {
        "script_files": [thebe, mathjax, kept],
        "css_files": ["_static/pygments.css", "_static/copybutton.css"],
    }
    app = Mock(
        spec=Sphinx, env=Mock(**{"get_domain.return_value.data": {"has_equations": {"index": formulas}}})
    )
    assets.keep_local(app, "index", "page.html", context, None)
    assert context["script_files"] == ([mathjax, kept] if formulas else [kept])
    assert context["css_files"] == ["_static/copybutton.css"]
