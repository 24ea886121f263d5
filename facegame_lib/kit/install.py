"""Install facegame from this folder. No internet is needed, or asked for.

    python3 install.py            makes .venv in this folder
    python3 install.py FOLDER     makes it there, and copies the notebooks; for a kit on a stick

It stands alone and is read by old Pythons too, so that they can say what is needed. Its sentences are here
because the catalogue is inside one of the wheels.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

KIT = Path(__file__).resolve().parent
SAY = {
    "python": (
        "This kit is for Python {wanted} on {platform}, and this is Python {found} on {here}. Get "
        "Python {wanted} from python.org and run: python{wanted} install.py (Windows: py -{wanted} "
        "install.py). For another kind of computer, make a kit of that kind.",
        "Este kit es para Python {wanted} en {platform}, y este es Python {found} en {here}. Consigue"
        " Python {wanted} en python.org y ejecuta: python{wanted} install.py (Windows: py -{wanted} "
        "install.py). Para otro tipo de computadora, crea un kit de ese tipo.",
    ),
    "half": (
        "This kit is not whole: {what} is missing. Run facegame kit again where it was made, and copy"
        " all of it.",
        "Este kit está incompleto: falta {what}. Ejecuta facegame kit otra vez donde se creó y "
        "cópialo entero.",
    ),
    "venv": (
        "This Python cannot make environments. Debian, Ubuntu: apt install python3-venv. Elsewhere: "
        "get one from python.org.",
        "Este Python no puede crear entornos. Debian, Ubuntu: apt install python3-venv. En otros: "
        "consigue uno en python.org.",
    ),
    "making": ("Making {what}", "Creando {what}"),
    "installing": (
        "Installing (some minutes: TensorFlow is large)",
        "Instalando (unos minutos: TensorFlow es grande)",
    ),
    "failed": (
        "That did not work; what is above says why. If a file does not match its hash, copy the kit "
        "again. If the disk is full, make room: about 3 GB. Then run this again.",
        "No funcionó; arriba dice por qué. Si un archivo no coincide con su hash, copia el kit otra "
        "vez. Si el disco está lleno, haz espacio: unos 3 GB. Luego ejecuta esto otra vez.",
    ),
    "done": (
        "Done. To play:  {command} play\nIf something does not work:  {command} doctor",
        "Listo. Para jugar:  {command} play\nSi algo no funciona:  {command} doctor",
    ),
}


def main() -> int:
    """Returns the exit code: 0 well, 1 a problem that was said."""
    kit = about(KIT)
    if kit is None:
        return stop("half", what="kit.json")
    found, here = "{}.{}".format(*sys.version_info[:2]), platform_name()
    if (found, here) != (kit["python"], kit["platform"]):
        return stop("python", wanted=kit["python"], platform=kit["platform"], found=found, here=here)
    if kit["missing"] or not kit["finished"]:
        return stop("half", what=kit["missing"][0] if kit["missing"] else "kit.json")
    try:
        import ensurepip  # noqa: F401  Debian's Python comes without
        import venv
    except ImportError:
        return stop("venv")
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else KIT).resolve()
    place = folder / ".venv"
    programs = place / ("Scripts" if os.name == "nt" else "bin")
    say("making", what=place)
    venv.create(place, clear=True, symlinks=os.name != "nt", with_pip=True)  # as `python -m venv` does
    if folder != KIT:
        for notebook in (KIT / "notebooks").iterdir():
            if not (folder / "notebooks" / notebook.name).exists():  # it may have become somebody's own
                (folder / "notebooks").mkdir(exist_ok=True)
                shutil.copyfile(notebook, folder / "notebooks" / notebook.name)
    say("installing")
    # Whatever this computer's pip is set to, it asks nobody, and takes only what has the right hash.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    environment.update(PIP_CONFIG_FILE=os.devnull, PIP_NO_INDEX="1", PIP_DISABLE_PIP_VERSION_CHECK="1")
    requirements = ["--require-hashes", "--requirement", str(KIT / "requirements.txt")]
    pip = [str(programs / "python"), "-m", "pip", "install", "--only-binary=:all:"]
    if subprocess.call([*pip, "--find-links", str(KIT / "wheels"), *requirements], env=environment):
        return stop("failed")
    environment["PIP_FIND_LINKS"] = (KIT / "nets").as_uri()  # as an address: a path may have spaces in it
    if subprocess.call([str(programs / "facegame"), "prepare"], env=environment):
        return stop("failed")
    say("done", command=programs / "facegame")
    return 0


def about(folder: Path) -> "dict[str, Any] | None":
    """What `kit.json` in that folder says, and which files are `missing`; None if it is damaged."""
    try:
        said = json.loads((folder / "kit.json").read_text("utf-8"))
        kit = {name: said[name] for name in ("python", "platform", "finished")}
        kit["missing"] = [name for name in said["files"] if not (folder / name).is_file()]
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return None
    return kit


def platform_name() -> str:
    """The kind of computer, as wheels have it, without the version of its system: linux_x86_64."""
    import platform

    return f"{sys.platform}_{platform.machine().lower()}"


def say(key: str, **details: object) -> None:
    """That sentence, in Spanish where the computer speaks it."""
    names = ("FACEGAME_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
    language = next((os.environ[name] for name in names if os.environ.get(name)), "en")
    print(SAY[key][language.lower().startswith("es")].format(**details), flush=True)


def stop(key: str, **details: object) -> int:
    """Say why it cannot go on."""
    say(key, **details)
    return 1


if __name__ == "__main__":
    sys.exit(main())
