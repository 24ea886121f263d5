"""Closeness, the bar's height: how far a face has come on the way to a label; and the bar's calm."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from facegame_lib.closeness import Closeness, Smoother
from facegame_lib.errors import BadSetting, NotEnough

Taught = tuple[NDArray[np.float32], NDArray[np.str_]]


def taught(labels: int = 3, spread: float = 0.3, seed: int = 0, d: int = 40) -> Taught:
    """Twenty embeddings of each label, around a centre of its own."""
    rng = np.random.default_rng(seed)
    X = np.repeat(rng.normal(size=(labels, d)), 20, axis=0) + spread * rng.normal(size=(labels * 20, d))
    return X.astype(np.float32), np.repeat(list("abcdefgh"[:labels]), 20)


def between(fitted: Closeness, start: int, stop: int, steps: int = 21) -> NDArray[np.float64]:
    """Embeddings on the straight way from the mean of one label to that of another."""
    share = np.linspace(0, 1, steps)[:, None]
    return (1 - share) * fitted.means_[start] + share * fitted.means_[stop]


@given(st.integers(0, 10_000), st.integers(2, 6), st.floats(0.0, 3.0))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_closeness_is_from_0_to_1(seed: int, labels: int, spread: float) -> None:
    """Whatever was taught and whatever is seen, each label's closeness is a number from 0 to 1."""
    X, y = taught(labels, spread, seed)
    queries = np.random.default_rng(seed + 1).normal(size=(30, X.shape[1])).astype(np.float32)
    scores = Closeness().fit(X, y).score(np.vstack([queries, X, np.zeros_like(queries[:1])]))
    assert scores.shape == (31 + len(X), labels)
    assert np.isfinite(scores).all()
    assert scores.min() >= 0.0
    assert scores.max() <= 1.0


@pytest.mark.parametrize("labels", [2, 3, 8])
@pytest.mark.parametrize("seed", range(3))
def test_the_mean_of_a_label_is_all_the_way(labels: int, seed: int) -> None:
    """The mean of a label's own samples fills its bar, and leaves every other's empty."""
    fitted = Closeness().fit(*taught(labels, seed=seed))
    np.testing.assert_allclose(fitted.score(fitted.means_), np.eye(labels), atol=0.02)


def test_the_mean_fills_the_bar_though_some_samples_reach_further() -> None:
    """A few samples that miss the face do not make its mean too little."""
    X = np.array([[1, 0]] * 10 + [[0.2, 1]] * 8 + [[1, 0.1]] * 2, np.float32)
    fitted = Closeness(reach=2.0).fit(X, ["a"] * 10 + ["b"] * 10)
    assert fitted.score(fitted.means_)[1, 1] == 1.0


@pytest.mark.parametrize("seed", range(5))
def test_closeness_rises_on_the_way(seed: int) -> None:
    """From one label's mean to another's the one's bar only falls and the other's only rises."""
    fitted = Closeness().fit(*taught(2, seed=seed))
    scores = fitted.score(between(fitted, 0, 1))
    assert (np.diff(scores[:, 0]) <= 1e-6).all()
    assert (np.diff(scores[:, 1]) >= -1e-6).all()
    assert len(np.unique(scores[:, 1])) > 10  # step by step, and not at once


def test_half_way_is_half_of_what_the_way_is() -> None:
    """Half way between two labels both bars stand where the way's half is, between floor and full."""
    X = np.repeat(np.eye(2, dtype=np.float32), 10, axis=0)
    fitted = Closeness(floor=0.05, reach=0.8).fit(X, ["a"] * 10 + ["b"] * 10)
    np.testing.assert_allclose(fitted.full_, 0.8)
    length = np.sqrt(0.5)  # at length 1 the point half way lies a little beyond the line, at the same share
    np.testing.assert_allclose(
        fitted.score(np.array([[length, length]])), (0.5 - 0.05) / (0.8 - 0.05), atol=1e-6
    )


def test_closeness_falls_when_another_label_comes_nearer() -> None:
    """A face that moves from its label towards any other loses closeness, however many others there are."""
    fitted = Closeness().fit(*taught(4, seed=2))
    for label, other in itertools.permutations(range(4), 2):
        scores = fitted.score(between(fitted, label, other))[:, label]
        assert scores[0] == 1.0
        assert scores[-1] == 0.0
        assert (np.diff(scores) <= 1e-6).all()


def test_the_players_own_reach_fills_the_bar() -> None:
    """Most of the pictures that were taught fill their own bar, also when the face was made unevenly."""
    X, y = taught(3, spread=0.8, seed=4)
    fitted = Closeness().fit(X, y)
    own = fitted.score(X)[np.arange(60), np.repeat(range(3), 20)]
    assert (own >= 0.9).mean() >= 0.75


def test_faces_taught_alike_are_close_to_neither() -> None:
    """Two labels with the same pictures have no way between them: both bars are low, and none is wild."""
    X, _ = taught(1)
    scores = Closeness().fit(np.vstack([X, X]), ["a"] * 20 + ["b"] * 20).score(X)
    assert scores.max() < 0.05


def test_faces_taught_nearly_alike_still_have_a_way() -> None:
    """Labels so near that float32 loses count of the way between them have a bar that rises evenly."""
    a = np.random.default_rng(0).normal(size=1280)
    b = a + 2e-3 * np.random.default_rng(1).normal(size=1280)
    fitted = Closeness(floor=0.0, reach=1.0).fit(
        np.repeat([a, b], 20, axis=0).astype(np.float32), ["a"] * 20 + ["b"] * 20
    )
    np.testing.assert_allclose(
        fitted.score(between(fitted, 0, 1, 5))[:, 1], [0, 0.25, 0.5, 0.75, 1], atol=0.03
    )


def test_length_does_not_count() -> None:
    """As for the vote, only the direction of an embedding matters."""
    X, y = taught()
    queries = taught(seed=9)[0]
    np.testing.assert_allclose(
        Closeness().fit(X * 100, y).score(queries * 0.1), Closeness().fit(X, y).score(queries), atol=1e-4
    )


def test_the_labels_are_sorted_as_the_classifiers() -> None:
    """The columns are those of the sorted labels, in whatever order they were taught."""
    X, y = taught(3)
    fitted = Closeness().fit(X[::-1], y[::-1])
    assert fitted.classes_.tolist() == ["a", "b", "c"]
    np.testing.assert_allclose(fitted.score(X), Closeness().fit(X, y).score(X), atol=1e-4)


def test_one_label_has_no_way_to_it() -> None:
    """With one label, or none, there is nothing to come from, and that is said."""
    X, _ = taught(1)
    for n in (0, 20):
        with pytest.raises(NotEnough):
            Closeness().fit(X[:n], ["a"] * n)


def test_what_is_no_number_is_refused() -> None:
    """NaN in what is taught or seen is refused by a sentence."""
    X, y = taught()
    fitted = Closeness().fit(X, y)
    X[0, 0] = np.nan
    for act in (lambda: Closeness().fit(X, y), lambda: fitted.score(X)):
        with pytest.raises(BadSetting):
            act()


@pytest.mark.parametrize("fps", [5, 15, 30, 60])
def test_a_step_is_followed_with_the_same_lag_at_any_frame_rate(fps: int) -> None:
    """After one time constant 63 % of a step is there, after three 95 %, however many frames came."""
    smoother = Smoother(seconds=0.2)
    smoother.smooth((0.0,), at=10.0)
    seen = {frame / fps: smoother.smooth((1.0,), at=10.0 + frame / fps)[0] for frame in range(1, fps + 1)}
    for second, value in seen.items():
        assert value == pytest.approx(1 - np.exp(-second / 0.2), abs=1e-9)
    assert seen[0.2] == pytest.approx(0.632, abs=0.001)
    assert seen[0.6] == pytest.approx(0.950, abs=0.001)


def test_smoothing_looks_back_only() -> None:
    """What comes later changes nothing that was shown before, and the first frame is shown as it is."""
    values = [0.3, 0.9, 0.1, 0.8]
    one, other = Smoother(), Smoother()
    shown = [one.smooth((value,), at=i / 10)[0] for i, value in enumerate(values)]
    begun = [other.smooth((value,), at=i / 10)[0] for i, value in enumerate(values[:2])]
    assert shown[:2] == begun
    assert shown[0] == 0.3
    assert all(min(values) <= value <= max(values) for value in shown)


def test_a_steady_face_stays_where_it_is() -> None:
    """Smoothing what does not move changes nothing."""
    smoother = Smoother()
    assert {smoother.smooth((0.25, 0.75), at=i / 15) for i in range(30)} == {(0.25, 0.75)}


def test_jitter_gets_less() -> None:
    """A bar that jumps up and down with every frame moves less than half as much."""
    smoother = Smoother()
    shown = [smoother.smooth((float(i % 2),), at=i / 30)[0] for i in range(60)][30:]
    assert max(shown) - min(shown) < 0.5


@pytest.mark.parametrize("pause", [1.0, 5.0, -3.0])
def test_after_a_pause_smoothing_begins_anew(pause: float) -> None:
    """After a second without frames, or a clock set back, the next frame is shown as it is."""
    smoother = Smoother()
    smoother.smooth((0.0,), at=10.0)
    assert smoother.smooth((1.0,), at=10.0 + pause) == (1.0,)


def test_another_number_of_labels_begins_anew() -> None:
    """After training with more faces there are more bars, and none is mixed with another's past."""
    smoother = Smoother()
    smoother.smooth((0.0, 0.0), at=1.0)
    assert smoother.smooth((1.0, 0.5, 0.0), at=1.05) == (1.0, 0.5, 0.0)
