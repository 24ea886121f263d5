"""Copies of a taught face: turned, worn and relit, and still the same face."""

from __future__ import annotations

import numpy as np
import pytest

from facegame_lib import another_take
from facegame_lib.warp import Patch

SIZE = 224
DICE = 5


def stripes() -> np.ndarray:
    """A cut with one white column on black at its middle."""
    cut = np.zeros((SIZE, SIZE, 3), np.uint8)
    cut[:, SIZE // 2 - 4 : SIZE // 2 + 4] = 255
    return cut


def column(cut: np.ndarray) -> float:
    """Where that column is, in pixels."""
    light = cut[..., 0].astype(float).sum(axis=0)
    return float((light * np.arange(SIZE)).sum() / light.sum())


def test_the_relief_is_that_of_the_landmarks() -> None:
    """Landmarks on a curved surface give that surface's depth, between them too."""
    x, y = np.meshgrid(np.linspace(-0.7, 0.7, 26), np.linspace(-0.6, 1.2, 18))
    surface = np.stack([x, y, 0.5 * x**2 + 0.1 * y], axis=-1).reshape(-1, 3)
    depth = another_take.relief(surface)
    x, y = surface[:-1].T[:2] + 0.01
    np.testing.assert_allclose(depth(x, y), 0.5 * x**2 + 0.1 * y, atol=0.02)


@pytest.mark.parametrize("behind", [-0.3, 0.0, 0.4])
def test_what_lies_before_the_plane_shifts_one_way_and_behind_it_the_other(behind: float) -> None:
    """By its distance from the plane times the tangent of the angle; in the plane nothing moves."""
    angle = np.radians(10)
    moved = another_take.turned(
        stripes(), (0.0, 0.0, 0.0), 1.0, lambda x, _: np.full_like(x, behind), np.array([angle, 0.0])
    )
    shift = column(moved) - column(stripes())
    assert shift == pytest.approx(behind * np.tan(angle) * SIZE, abs=1.0)


def test_worn_and_relit_change_the_picture_but_not_what_is_where() -> None:
    """A white column stays where it was, on darker ground, though no pixel need be as it was."""
    dice = np.random.default_rng(DICE)
    for change in (another_take.worn, another_take.relit):
        for _ in range(5):
            changed = change(stripes(), dice)
            assert changed.dtype == np.uint8
            assert changed.shape == (SIZE, SIZE, 3)
            assert (changed != stripes()).any()
            across = changed[..., 1].astype(float).mean(axis=0)
            assert across[SIZE // 2 - 2 : SIZE // 2 + 2].mean() > 1.5 * across[: SIZE // 4].mean()


def test_the_same_dice_give_the_same_copies() -> None:
    """Training twice gives the same recogniser."""
    one, other = (
        another_take.relit(another_take.worn(stripes(), dice), dice)
        for dice in (np.random.default_rng(DICE), np.random.default_rng(DICE))
    )
    np.testing.assert_array_equal(one, other)


def test_a_jittered_patch_is_near_the_patch() -> None:
    """A few percent off in place and size, never the same twice."""
    patch, dice = Patch.square(np.array([100.0, 100.0]), 80.0), np.random.default_rng(DICE)
    off = [another_take.jittered(patch, dice) for _ in range(50)]
    assert 0.5 < np.std([each.centre[0] for each in off]) < 3.0
    assert 0.02 < np.std([each.side / patch.side for each in off]) < 0.08
