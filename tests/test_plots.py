"""What every picture of the lab has: it shows itself, reads on any page, and writes any name."""

from __future__ import annotations

import io
import warnings

import numpy as np
import pytest
from lessons import frame_of, lesson_of
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from PIL import Image

from facegame_lib.research import explain, plots


def luminance(colour: str) -> float:
    """Relative luminance, https://www.w3.org/TR/WCAG21/#dfn-relative-luminance."""
    parts = np.array(to_rgb(colour))
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(one: str, other: str) -> float:
    """1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("page", ["#ffffff", "#111111"], ids=["light", "dark"])
def test_colours_are_seen_on_a_light_and_a_dark_page(page: str) -> None:
    """Letters have the contrast of 4 and frames that of 3 with either (WCAG asks 3 of graphics)."""
    assert contrast(plots.INK, page) > 4
    assert min(contrast(colour, page) for colour in plots.COLOURS) > 3


def test_nine_faces_have_nine_colours() -> None:
    """Eight faces and the neutral one, as many as a game has, differ."""
    assert len(set(plots.COLOURS)) == 9


def test_a_figure_shows_itself_and_has_no_ground() -> None:
    """A notebook asks it for a PNG; that is transparent where nothing is drawn."""
    figure = explain.draw_curve(explain.learning_curve(lesson_of(takes=2)))
    png = Image.open(io.BytesIO(figure._repr_png_()))  # type: ignore[attr-defined]
    assert png.mode == "RGBA"
    assert png.getpixel((0, 0))[3] == 0
    assert isinstance(figure, Figure)


def test_any_name_can_be_written() -> None:
    """Signs that the font lacks are left out, a name of nothing else is its id, dollars make no formula."""
    names = plots.legible({"zapallo": "Zapallo 🎃", "smile": "笑", "rich": "$a$", "n": "Ñandú"})
    assert names == {"zapallo": "Zapallo", "smile": "smile", "rich": r"\$a\$", "n": "Ñandú"}


def test_a_lesson_of_such_names_is_drawn_without_a_warning() -> None:
    """Every drawing writes names that the font has."""
    lesson = lesson_of(takes=2)
    lesson.names.update(ant="🐜 hormiga $x$", bee="蜂")
    drawings = (
        explain.draw_neighbours(explain.nearest_pictures(lesson, frame_of("ant", 9, 0))),
        explain.draw_map(explain.picture_map(lesson)),
        explain.draw_confusion(explain.confusion(lesson)),
        explain.draw_influence(explain.influence(lesson)),
        explain.draw_occlusion(
            explain.occlusion(lesson.recognizer, frame_of("ant", 9, 0), "bee", steps=2), "蜂"
        ),
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for figure in drawings:
            figure.savefig(io.BytesIO(), format="png", dpi=20)
    assert "hormiga" in {label.get_text().split(" ")[0] for label in drawings[2].axes[0].get_yticklabels()}
