"""Exported models give what the recogniser gives, in Keras, LiteRT and ONNX Runtime."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from exported import answers, expected
from PIL import Image
from sklearn.linear_model import LogisticRegression

from facegame_lib import texts
from facegame_lib.cartoon import CartoonPlayer
from facegame_lib.errors import BadSetting, BadStore, MissingExtra
from facegame_lib.frames import Frame, decode, square
from facegame_lib.recognizer import Recognizer
from facegame_lib.research.export import export, usual_side
from facegame_lib.samples import SampleStore
from facegame_lib.testing import FakeEmbedder, plain_frame

SIDE = 240
NAMES = {"zapallo": "calabaza ñ", "smile": "えがお", "surprise": "😮 wow"}  # what a player calls each
TARGETS = ("keras", "tflite", "onnx")
REAL = Path(__file__).parents[2] / "shared" / "data" / "faces"


def person(motion: float = 1.0) -> CartoonPlayer:
    """The one who teaches."""
    return CartoonPlayer(1, (SIDE * 4 // 3, SIDE), motion=motion)


@pytest.fixture(scope="module")
def store() -> SampleStore:
    """Eight pictures of each of three faces, whose names no code page has."""
    store, player = SampleStore(NAMES.values()), person()
    for number, (face, category) in enumerate(zip(NAMES, store.categories, strict=True)):
        player.make(face, 10 * number)
        for picture in range(8):
            store.add(category.id, square(player.frame(10 * number + 1 + 0.3 * picture)))
    return store


@pytest.fixture(scope="module")
def pictures() -> list[Frame]:
    """The same person moving more; between the faces; far away, turned, half out of the frame; and nobody."""
    player, seen = person(motion=2.0), []
    for number, face in enumerate((*NAMES, "wink")):
        player.make(face, 10 * number, over=1.0)
        seen += [square(player.frame(10 * number + at)) for at in (0.3, 0.5, 0.7, 2.0, 4.0)]
    whole = Image.fromarray(seen[3])
    far = Image.new("RGB", whole.size, (120, 110, 100))
    far.paste(whole.resize((110, 110)), (90, 70))
    others = [far, whole.rotate(25), whole.transform(whole.size, Image.Transform.AFFINE, (1, 0, 70, 0, 1, 0))]
    return [*seen, *(np.asarray(other) for other in others), plain_frame((40, 90, 160), side=SIDE, seed=3)]


@pytest.fixture(scope="module")
def recognizers(store: SampleStore) -> dict[str, Recognizer]:
    """The one players use, and the plain net on whole frames; both have learnt the store."""
    return {"face": Recognizer().fit(store), "frame": Recognizer("MobileNetV2").fit(store)}


Folder = Callable[[str, str], Path]


@pytest.fixture(scope="module")
def folder(
    store: SampleStore, recognizers: dict[str, Recognizer], tmp_path_factory: pytest.TempPathFactory
) -> Folder:
    """The folder that holds a recogniser's export to a target. All are made at once, on two cores."""
    root = tmp_path_factory.mktemp("exported")

    def make(kind: str, to: Any) -> Path:
        export(store, root / f"{kind}-{to}", to, recognizers[kind])
        return root / f"{kind}-{to}"

    with ThreadPoolExecutor(2) as two:
        order = [("face", to) for to in reversed(TARGETS)] + [("frame", to) for to in TARGETS]
        made: dict[tuple[str, str], Future[Path]] = {each: two.submit(make, *each) for each in order}
    return lambda kind, to: made[kind, to].result()


@pytest.mark.parametrize("to", TARGETS)
def test_a_face_is_told_as_the_recogniser_tells_it(
    to: str, folder: Folder, recognizers: dict[str, Recognizer], pictures: list[Frame]
) -> None:
    """Within 1e-3 for each picture: far, turned, between two faces; alike and unknown with nobody."""
    there, here = answers(folder("face", to), to, pictures), expected(recognizers["face"], pictures)
    assert np.abs(there["probabilities"] - here["probabilities"]).max() < 1e-3
    assert np.abs(there["known"] - here["known"]).max() < 1e-3
    open_ones = (here["probabilities"].max(axis=1) < 0.9) & (here["known"][:, 0] > 0)
    assert open_ones.any()  # else anything that is sure of itself would pass
    assert there["known"][-1] == 0
    np.testing.assert_allclose(there["probabilities"][-1], 1 / 3, rtol=1e-6)


@pytest.mark.parametrize("to", TARGETS)
def test_a_whole_frame_is_told_as_the_recogniser_tells_it(
    to: str, folder: Folder, recognizers: dict[str, Recognizer], pictures: list[Frame]
) -> None:
    """Within 1e-3 for each picture; nothing is said of what is known."""
    there, here = answers(folder("frame", to), to, pictures), expected(recognizers["frame"], pictures)
    assert list(there) == ["probabilities"]
    assert np.abs(there["probabilities"] - here["probabilities"]).max() < 1e-3
    assert (here["probabilities"].max(axis=1) < 0.9).any()


def test_beside_the_model_lie_its_labels_and_what_it_is(
    folder: Folder, recognizers: dict[str, Recognizer]
) -> None:
    """One line per output, in their order and in UTF-8; the metadata says what goes in, and of which file."""
    where = folder("face", "tflite")
    assert sorted(path.name for path in where.iterdir() if path.suffix not in (".npy", ".npz")) == [
        "labels.txt", "metadata.json", "model.tflite",
    ]  # fmt: skip
    order = [
        {"calabaza-n": "calabaza ñ", "wow": "😮 wow"}.get(id, "えがお") for id in recognizers["face"].labels_
    ]
    lines = (where / "labels.txt").read_bytes().decode("utf-8").splitlines()
    assert lines == [f"{number} {name}" for number, name in enumerate(order)]
    about = json.loads((where / "metadata.json").read_text("utf-8"))
    assert (about["format"], about["labels"]) == (1, order)
    assert about["input"]["shape"] == [1, SIDE, SIDE, 3]
    assert about["input"]["colours"] == "RGB"
    assert set(about["outputs"]) == {"probabilities", "known"}
    assert about["sha256"] == hashlib.sha256((where / "model.tflite").read_bytes()).hexdigest()
    assert {net["licence"] for net in about["nets"]} == {"MIT", "Apache-2.0"}


def test_what_was_taught_is_a_layer(folder: Folder) -> None:
    """The Keras file has the pictures as weights, and no code or class that only facegame would have."""
    import zipfile

    with zipfile.ZipFile(folder("frame", "keras") / "model.keras") as archive:
        config = archive.read("config.json").decode()
    assert '"taught_pictures"' in config
    assert "facegame_lib" not in config
    assert '"class_name": "Lambda"' not in config


def test_a_part_of_ones_own_is_refused_by_name(store: SampleStore, tmp_path: Path) -> None:
    """What no layer can be made of is named, with what can; nothing is written and nothing learnt."""

    class Mine(FakeEmbedder):
        pass

    for recognizer, found in (
        (Recognizer(Mine()), "Mine"),
        (Recognizer("MobileNetV2", LogisticRegression()), "LogisticRegression"),
        (Recognizer("MobileNetV2", metric=Shifted()), "Shifted"),
    ):
        with pytest.raises(BadSetting, match=found):
            export(store, tmp_path / "out", "keras", recognizer)
        assert not hasattr(recognizer, "labels_")
    assert not (tmp_path / "out").exists()


class Shifted:
    """A metric of somebody's own."""

    def fit(self, X: Any, y: Any) -> Any:
        return self

    def transform(self, X: Any) -> Any:
        return X + 1


def test_what_cannot_be_is_said_before_anything_is_done(
    store: SampleStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An unknown target, a side of no picture, a package that is missing."""
    with pytest.raises(BadSetting, match="keras, tflite, onnx"):
        export(store, tmp_path, "coreml")  # type: ignore[arg-type]
    with pytest.raises(BadSetting, match="640"):
        export(store, tmp_path, "keras", side=4000)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == "tf2onnx" else object())
    with pytest.raises(MissingExtra, match=r"facegame\[mobilenet,export\]") as missing:
        export(store, tmp_path, "onnx")
    assert missing.value.text("es") == texts.text("error.missing_export", "es")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_told(
    store: SampleStore, recognizers: dict[str, Recognizer], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file where the folder should be is left as it is."""
    monkeypatch.setattr("facegame_lib.research.export._build", lambda *_: b"model")
    (tmp_path / "taken").write_text("mine")
    with pytest.raises(BadStore, match="taken"):
        export(store, tmp_path / "taken", "keras", recognizers["frame"])
    assert (tmp_path / "taken").read_text() == "mine"


def test_the_side_is_what_most_pictures_have() -> None:
    """Of two that are as frequent, the larger; never more than a store keeps."""
    store = SampleStore(["a"])
    for number, side in enumerate((64, 96, 96, 128, 128)):
        store.add("a", plain_frame((200, 20, 20), side=side, seed=number))
    assert usual_side(store) == 128


@pytest.mark.skipif(
    not REAL.is_dir(), reason="../shared/data/faces is not there: people's faces stay out of here"
)
def test_people_are_told_as_the_recogniser_tells_them(tmp_path: Path) -> None:
    """On a person, LiteRT gives the recogniser's answer within 1e-3 for nine pictures of ten at least: of
    many pictures, some lie where the last digit decides (docs/export.md)."""
    store, others = SampleStore(), []
    for category in sorted((REAL / "player-3").iterdir()):
        taught, *rest = sorted(category.iterdir())
        id = store.add_category(category.name).id
        for picture in sorted(taught.glob("*.jpg")):
            store.add(id, picture.read_bytes())
        others += [path for take in rest for path in sorted(take.glob("*.jpg"))[::3]]
    pictures = [square(decode(path.read_bytes())) for path in others]
    recognizer = Recognizer()
    export(store, tmp_path, "tflite", recognizer)
    there, here = answers(tmp_path, "tflite", pictures), expected(recognizer, pictures)
    off = np.abs(there["probabilities"] - here["probabilities"]).max(axis=1)
    assert len(off) > 20
    assert np.mean(off < 1e-3) > 0.9
    assert ((here["probabilities"].max(axis=1) < 0.95) & (here["known"][:, 0] > 0)).any()
