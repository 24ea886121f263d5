"""Take it elsewhere: a recogniser as one model, picture in, probabilities out, for Keras, LiteRT or ONNX.

What was taught becomes layers: nothing is trained anew, so the model gives what the recogniser gives. It is
built in another process (`build`), from the parts that `parts` gathers here. See docs/export.md.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import tempfile
from collections import Counter
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, Literal, get_args

import numpy as np

from facegame_lib import apart, weights
from facegame_lib.atomic import write_atomically
from facegame_lib.errors import BadSetting, BadStore, FaceGameError, MissingExtra
from facegame_lib.face_embedding import FaceEmbedder
from facegame_lib.progress import Progress, part, silent
from facegame_lib.recognizer import Recognizer
from facegame_lib.research.export import parts
from facegame_lib.research.export.parts import Parts
from facegame_lib.samples import SampleStore

Target = Literal["keras", "tflite", "onnx"]

FORMAT: Final = 1  # of metadata.json
SIDES: Final = (32, 640)  # of the pictures a model takes
_PACKAGES: Final = {
    "keras": ("tensorflow",),
    "tflite": ("tensorflow",),
    "onnx": ("tensorflow", "tf2onnx", "onnx"),
}


def export(
    store: SampleStore,
    out: str | Path,
    to: Target,
    recognizer: Recognizer | None = None,
    *,
    side: int | None = None,
    progress: Progress = silent,
) -> list[Path]:
    """Write what was learnt of the store into the folder `out`: `model.keras`, `.tflite` or `.onnx`, its
    `labels.txt` and `metadata.json`. Returns these files.

    The model takes one picture, uint8 RGB `(1, side, side, 3)`; `side` is what most pictures of the store
    have. It gives "probabilities" `(1, labels)` in the order of `labels.txt` and, if it looks for a face,
    "known" `(1,)`, both as `Recognizer.predict` does for a picture without a camera's earlier ones.
    `recognizer` is `Recognizer()` if not given, and learns the store unless it has learnt something before.

    Raises `BadSetting` for a part of it that no model can be made of, or a size or kind there is none of;
    `NotEnough` and `BackboneUnavailable` as `Recognizer.fit`; `MissingExtra`; and `BadStore` if the folder
    cannot be written.
    """
    if to not in get_args(Target):
        raise BadSetting("not_one_of", name="to", allowed=", ".join(get_args(Target)), found=to)
    recognizer = Recognizer() if recognizer is None else recognizer
    parts.check(recognizer)
    if side is not None and not SIDES[0] <= side <= SIDES[1]:
        raise BadSetting("out_of_range", name="side", low=SIDES[0], high=SIDES[1], found=side)
    if any(importlib.util.find_spec(package) is None for package in _PACKAGES[to]):
        raise MissingExtra("missing_export")
    if not hasattr(recognizer, "labels_"):
        recognizer.fit(store, part(progress, 0.0, 0.3))
    side = usual_side(store) if side is None else side
    made = parts.gather(recognizer, part(progress, 0.3, 0.4))
    model = _build(made, side, to, part(progress, 0.4, 1.0))
    names = [store.category(label).name for label in recognizer.labels_]
    about = json.dumps(_about(recognizer, made, side, to, names, model), indent=2, ensure_ascii=False)
    # The metadata last: it vouches for the others.
    files = {
        f"model.{to}": model,
        "labels.txt": "".join(f"{number} {name}\n" for number, name in enumerate(names)).encode(),
        "metadata.json": f"{about}\n".encode(),
    }
    for name, data in files.items():
        try:
            write_atomically(Path(out) / name, data)
        except OSError as error:
            raise BadStore("export_folder", path=out, reason=error.strerror or error) from error
    progress(1.0, "progress.export.done")
    return [Path(out) / name for name in files]


def usual_side(store: SampleStore) -> int:
    """The side that most pictures of the store have, the larger of two; within `SIDES`."""
    counts = Counter(len(sample.frame()) for sample in store.samples())
    side = max(counts, key=lambda side: (counts[side], side))
    return min(max(side, SIDES[0]), SIDES[1])


def _build(made: Parts, side: int, to: Target, progress: Progress) -> bytes:
    """The bytes of the model's file, from another process."""
    with tempfile.TemporaryDirectory() as name:
        folder, target = Path(name), Path(name) / f"model.{to}"
        np.savez(folder / "parts.npz", allow_pickle=False, **made.arrays)
        asked = {"side": side, "to": to, "files": made.files, "settings": made.settings}
        (folder / "parts.json").write_text(json.dumps(asked), "utf-8")
        main = "from facegame_lib.research.export import build; build.build_here()"
        well, said, _ = apart.run(main, [str(folder), str(target)], progress)
        if not well or not target.is_file():
            error = FaceGameError("export_failed", to=to)
            error.add_note(f"What the conversion said:\n{said}")
            raise error
        return target.read_bytes()


def _about(
    recognizer: Recognizer, made: Parts, side: int, to: Target, names: list[str], model: bytes
) -> dict[str, Any]:
    """What `metadata.json` says."""
    face = isinstance(recognizer.embedder, FaceEmbedder)
    shares = "the share of each label, in the order of labels; they sum to 1"
    outputs = {"probabilities": {"shape": [1, len(names)], "meaning": shares}}
    if face:
        nobody, none = "all alike if there is no face", "below 0.5 it is rather none of the labels"
        outputs["probabilities"]["meaning"] = f"{shares}; {nobody}"
        outputs["known"] = {"shape": [1], "meaning": f"0 if there is no face; {none}"}
    sources = [_source(weights.MOBILENET_V2, "MIT")] if made.settings["net"] == "MobileNetV2" else []
    if face:
        sources += [_source(asset, "Apache-2.0") for asset in weights.FACE_NETS]
    return {
        "format": FORMAT,
        "made_by": f"facegame {version('facegame')}",
        "model": f"model.{to}",
        "sha256": hashlib.sha256(model).hexdigest(),
        "labels": names,
        "input": {
            "name": "picture",
            "shape": [1, side, side, 3],
            "type": "uint8",
            "range": [0, 255],
            "colours": "RGB",
            "preprocessing": "the upright centre square at this size; all else is in the model",
        },
        "outputs": outputs,
        "looks_at": "the largest face, found anew in each picture" if face else "the whole picture",
        "embedder": recognizer.embedder.name,
        "classifier": {
            "k": made.settings["k"],
            "weights": made.settings["weights"],
            "taught": len(made.arrays["taught"]),
        },
        "nets": sources,
    }


def _source(asset: weights.Asset, licence: str) -> dict[str, str]:
    return {
        "file": asset.file,
        "package": f"{asset.package} {asset.version}",
        "sha256": asset.sha256,
        "licence": licence,
    }
