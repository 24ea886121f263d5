"""Training, as a player sees it: progress, refusals, a model that is fresh or stale."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from lesson import new_game, picture, recorded, taught, trained
from told import said, without_notice

from facegame_lib import frames
from facegame_lib.errors import BackboneUnavailable, BadPicture, FaceGameError
from facegame_lib.snapshot import Notice
from facegame_lib.testing import FakeEmbedder, plain_frame


def test_pictures_are_embedded_as_they_arrive() -> None:
    """Ticks embed them a few at a time, so that training has only to fit; no tick does nothing while busy."""
    embedder = FakeEmbedder()
    game = taught(embedder=embedder)
    ticks = 0
    while game.busy:
        game.tick(40.0)
        ticks += 1
        assert embedder.embedded == min(60, 2 * ticks)
    assert embedder.embedded == 60
    assert trained(game) == [0.0, 1.0]
    assert embedder.embedded == 60


def test_the_progress_of_training_is_real() -> None:
    """Asked before the pictures are embedded, the bar rises with each step from 0 to 1 and never falls."""
    game = taught()
    shown = trained(game)
    assert (shown[0], shown[-1], len(shown)) == (0.0, 1.0, 32)
    assert all(0 <= before < after <= 1 for before, after in pairwise(shown))
    brain = game.snapshot.brain
    assert (brain.state, brain.agreement, brain.confused, brain.pictures) == ("trained", 1.0, None, 60)
    assert game.snapshot.wants == "frames"


def test_a_face_that_is_near_to_another_is_asked_for_once_more() -> None:
    """After training it is named, with the face it is near to, until it has its second take."""
    game = taught("ab")
    near = [frames.encode(plain_frame((16, 10, 10), side=32, seed=seed)) for seed in range(8)]
    game.upload(game.do("add_face", 40.0, name="nearly a").faces[2].id, near, 41.0)
    trained(game)
    assert game.snapshot.brain.weakest in (("a", "nearly-a"), ("nearly-a", "a"))
    for face in ("a", "nearly-a"):
        game.upload(face, [near[0]], 200.0)
    trained(game, 201.0)
    assert game.snapshot.brain.weakest not in (("a", "nearly-a"), ("nearly-a", "a"))


def test_pictures_that_come_while_it_trains_do_not_turn_progress_back() -> None:
    """The bar stays from 0 to 1 when an upload makes the work longer."""
    game = new_game("ab")
    for face in (0, 1):
        recorded(game, face, at=10.0 * face, pictures=5)
        game.do("camera_lost", 10.0 * face + 9)
    game.do("train", 20.0)
    game.tick(20.0)
    game.upload("a", [picture(0, seed) for seed in range(300, 320)], at=20.1)
    while game.busy:
        assert 0.0 <= game.tick(20.2).brain.progress <= 1.0
    assert (game.snapshot.brain.state, game.snapshot.brain.pictures) == ("trained", 30)


@pytest.mark.parametrize(
    ("bursts", "key"), [([], "empty_store"), ([20], "few_pictures"), ([20, 4], "few_pictures")]
)
def test_too_little_to_train_is_refused_with_a_sentence(bursts: list[int], key: str) -> None:
    """The same sentence stands beside the button and answers who presses it all the same."""
    game = new_game("ab")
    for face, number in enumerate(bursts):
        recorded(game, face, at=10.0 * face, pictures=number)
    game.do("camera_lost", 60.0)
    before = game.snapshot
    assert before.brain.refusal is not None
    assert before.brain.refusal.key == f"error.{key}"
    assert said(game.do("train", 61.0)) == f"error.{key}"
    assert without_notice(game.snapshot) == without_notice(before)


def test_a_model_is_stale_when_the_pictures_changed_and_fresh_when_they_are_back() -> None:
    """A removed picture makes it stale, undo makes it fresh; a rename or an empty face do neither."""
    game = taught()
    trained(game)
    picture_id = game.snapshot.faces[0].pictures[0]
    assert game.do("remove_pictures", 101.0, pictures=[picture_id]).brain.state == "stale"
    assert game.snapshot.wants == "frames"
    assert game.do("undo", 102.0).brain.state == "trained"
    assert game.do("rename_face", 103.0, face="a", name="new").brain.state == "trained"
    assert game.do("add_face", 104.0, name="d").brain.state == "trained"
    assert recorded(game, 3, at=110.0).brain.state == "stale"
    trained(game)
    assert game.snapshot.brain.state == "trained"


def test_training_that_cannot_be_done_after_all_keeps_the_model() -> None:
    """Pictures that go between the button and the work are told, and who could play before still can."""
    game = taught()
    trained(game)
    game.upload("a", [picture(0, 500)], at=101.0)
    game.do("train", 102.0)
    game.do("clear", 102.0, face="b")
    while game.busy:
        game.tick(102.1)
    assert (said(game.snapshot), game.snapshot.brain.state) == ("error.few_pictures", "stale")
    assert said(game.do("start", 103.0)) == ""


class Failing(FakeEmbedder):
    """A net that breaks when it sees a picture, if `error` is set."""

    error: Exception | None = None

    def embed(self, frames: Any) -> Any:
        """As its parent, or raise."""
        if self.error is not None:
            raise self.error
        return super().embed(frames)


@pytest.mark.parametrize("error", [BadPicture("damaged"), RuntimeError("out of memory")])
def test_a_net_that_breaks_is_told_once_and_not_asked_again_and_again(error: Exception) -> None:
    """The game is not busy with what fails, says so, and trains when the player asks and it works again."""
    embedder = Failing()
    embedder.error = error
    game = new_game("ab", embedder=embedder)
    for face in (0, 1):
        game.upload("ab"[face], [picture(face, seed) for seed in range(5)], at=1.0)
    if isinstance(error, FaceGameError):
        assert said(game.tick(2.0)) == "error.damaged"
    else:
        with pytest.raises(RuntimeError):  # what is no error of ours is for the log
            game.tick(2.0)
    assert not game.busy
    embedder.error = None
    trained(game)
    assert game.snapshot.brain.state == "trained"


def test_the_backbone_is_prepared_with_progress() -> None:
    """Until the net is ready its preparation is shown, also to who pressed Train already, who then waits."""
    embedder = FakeEmbedder()
    embedder.ready = False
    game = taught(embedder=embedder)
    game.training.preparing(0.25, "progress.backbone.download")
    brain = game.tick(50.0).brain
    assert (brain.state, brain.progress, brain.step) == ("preparing", 0.25, "progress.backbone.download")
    assert game.do("train", 51.0).brain.state == "training"
    game.training.preparing(0.5, "progress.backbone.convert")
    brain = game.tick(52.0).brain
    assert (brain.state, brain.progress, brain.step) == ("training", 0.5, "progress.backbone.convert")
    assert (game.busy, embedder.embedded) == (False, 0)
    embedder.ready = True
    game.training.preparing(1.0, "")
    while game.busy:
        game.tick(53.0)
    assert game.snapshot.brain.state == "trained"


def test_a_prepared_backbone_waits_to_be_trained() -> None:
    """When nobody asked to train meanwhile, preparation ends where teaching begins."""
    game = new_game()
    game.training.preparing(0.5, "progress.backbone.convert")
    game.training.preparing(1.0, "")
    assert game.tick(1.0).brain.state == "untrained"


def test_a_backbone_that_cannot_be_had_is_said_and_can_be_tried_again() -> None:
    """Its sentence stays beside the button and answers it; pictures can be taken; a new try clears it."""
    embedder = FakeEmbedder()
    embedder.ready = False
    game = taught(embedder=embedder)
    game.do("train", 40.0)
    error: FaceGameError = BackboneUnavailable("weights_no_pip", package="p", version="1")
    game.training.failed(error)
    recorded(game, 0, at=50.0)
    brain = game.snapshot.brain
    assert brain.state == "failed"
    assert brain.refusal == Notice("error.weights_no_pip", {"package": "p", "version": "1"}, "error")
    assert said(game.do("train", 60.0)) == "error.weights_no_pip"
    assert (game.snapshot.brain.state, game.busy) == ("failed", False)
    game.training.preparing(0.1, "progress.backbone.download")
    embedder.ready = True
    game.training.preparing(1.0, "")
    assert game.snapshot.brain.state == "failed"  # until it is looked at
    assert game.tick(61.0).brain.state == "untrained"
    trained(game)
    assert game.snapshot.brain.state == "trained"
