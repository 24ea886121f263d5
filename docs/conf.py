"""How the site is built (`make docs`): a warning is an error, and nothing is loaded from another host."""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

import docstrings  # noqa: E402
import pictures  # noqa: E402
from sphinx.application import Sphinx  # noqa: E402

import facegame_lib  # noqa: E402

project = "facegame"
author = "The facegame authors"
copyright = f"{author}, MIT licence"
version = release = facegame_lib.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc"]
exclude_patterns = ["**/.ipynb_checkpoints"]

myst_enable_extensions = ["attrs_block", "colon_fence"]
myst_heading_anchors = 3

autodoc_default_options = {"members": True, "member-order": "bysource"}
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
python_maximum_signature_line_length = 88
default_role = "py:obj"  # in docstrings `this` is code, and a link if it is a public name

pygments_dark_style = "monokai"
html_theme = "furo"
html_title = "facegame"
html_favicon = "../web/src/icon.svg"
html_static_path = ["style"]
html_css_files = ["facegame.css"]
html_copy_source = False
html_show_sphinx = False


def setup(app: Sphinx) -> None:
    """Draw the pictures before the pages are read, and read docstrings as they are written."""
    app.connect("builder-inited", lambda _: pictures.make(HERE / "made"))
    app.connect("autodoc-process-docstring", docstrings.as_rest)
    app.connect("autodoc-process-signature", docstrings.short)
    app.connect("autodoc-skip-member", docstrings.left_out)
    app.connect("missing-reference", docstrings.linked)
