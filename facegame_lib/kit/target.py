"""What a kit is for, in the words of pip."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Final

from facegame_lib.errors import BadSetting
from facegame_lib.kit.install import platform_name

PYTHONS: Final = ("3.11", "3.12", "3.13")
# How pip calls a kind of computer that it is not running on itself.
PLATFORMS: Final[dict[str, tuple[str, ...]]] = {
    "linux_x86_64": (*(f"manylinux_2_{glibc}_x86_64" for glibc in range(31, 16, -1)), "manylinux2014_x86_64"),
    "darwin_arm64": ("macosx_14_0_arm64",),
    "win32_amd64": ("win_amd64",),
}
_OS: Final = {"linux": ("posix", "Linux"), "darwin": ("posix", "Darwin"), "win32": ("nt", "Windows")}


@dataclass(frozen=True)
class Target:
    """What a kit is for: a Python, as "3.12", and a kind of computer, as "linux_x86_64". By default these."""

    python: str = f"{sys.version_info[0]}.{sys.version_info[1]}"
    platform: str = platform_name()

    def __post_init__(self) -> None:
        if self.python not in PYTHONS:
            raise BadSetting("not_one_of", name="python", allowed=", ".join(PYTHONS), found=self.python)
        if not self.is_here and self.platform not in PLATFORMS:
            known = ", ".join(PLATFORMS)
            raise BadSetting("not_one_of", name="platform", allowed=known, found=self.platform)

    @property
    def is_here(self) -> bool:
        """Whether that is this very Python."""
        return (self.python, self.platform) == (Target.python, Target.platform)

    @property
    def options(self) -> list[str]:
        """What pip has to be told."""
        if self.is_here:
            return []
        words = [word for tag in PLATFORMS[self.platform] for word in ("--platform", tag)]
        # `pip install` compares a package's Requires-Python with the Python that runs it; the pins are right.
        return [*words, "--python-version", self.python, "--implementation", "cp", "--ignore-requires-python"]

    @property
    def environment(self) -> dict[str, str]:
        """What a requirement's marker sees there (PEP 508)."""
        if self.is_here:
            return {}
        system, _, machine = self.platform.partition("_")
        os_name, platform_system = _OS[system]
        return {
            "python_version": self.python,
            "python_full_version": f"{self.python}.9",  # of markers in use only 3.11's fifth is told apart
            "sys_platform": system,
            "os_name": os_name,
            "platform_system": platform_system,
            "platform_machine": machine,
        }


def constraints_for(text: str, target: Target) -> tuple[list[str], list[str]]:
    """The pins that hold there, and those of packages that only computers there have any of.

    pip evaluates markers for the Python that runs it, whatever platform it is told
    (https://pip.pypa.io/en/stable/cli/pip_download/), so it would not think of the latter by itself.
    """
    from packaging.markers import Marker  # which JupyterLab brings

    there, here = list[str](), set[str]()
    for line in text.splitlines():
        pin, _, marker = (piece.strip() for piece in line.partition("#")[0].partition(";"))
        if pin and (not marker or Marker(marker).evaluate(target.environment)):
            there.append(pin)
        if pin and (not marker or Marker(marker).evaluate()):
            here.add(_name(pin))
    return there, [pin for pin in there if _name(pin) not in here]


def _name(pin: str) -> str:
    return pin.partition("==")[0]
