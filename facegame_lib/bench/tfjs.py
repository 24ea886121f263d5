"""TensorFlow.js in the same Chromium: fetched by npm into the cache, served on this computer only."""

from __future__ import annotations

import base64
import functools
import json
import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

from facegame_lib import progress as reporting
from facegame_lib.errors import FaceGameError, MissingExtra
from facegame_lib.weights import cache_folder

PACKAGES: Final = {
    "@tensorflow/tfjs-core": "4.22.0",
    "@tensorflow/tfjs-backend-cpu": "4.22.0",  # what knn-classifier asks for
    "@tensorflow/tfjs-backend-wasm": "4.22.0",
    "@tensorflow-models/knn-classifier": "1.2.6",
}
_PAGE: Final = Path(__file__).with_name("peers.html")


def needed() -> None:
    """Raise `MissingExtra` where there is no Node.js with npm."""
    if shutil.which("npm") is None:
        raise MissingExtra("missing_node")


def packages() -> Path:
    """The folder of the npm packages, fetched the first time. Raises `FaceGameError` if that fails."""
    folder = cache_folder() / "bench-peers"
    wanted = json.dumps({"private": True, "dependencies": PACKAGES}, indent=1)
    manifest, done = folder / "package.json", folder / "fetched.json"
    if not (done.is_file() and done.read_text("utf-8") == wanted):
        needed()
        folder.mkdir(parents=True, exist_ok=True)
        manifest.write_text(wanted, "utf-8")
        command = [str(shutil.which("npm")), "install", "--prefix", str(folder), "--ignore-scripts"]
        status, said = reporting.run([*command, "--no-audit", "--no-fund"], lambda line: None)
        if status:
            error = FaceGameError("bench_npm")
            error.add_note(said)
            raise error
        done.write_text(wanted, "utf-8")  # last: a fetch that was cut short is done again
    return folder / "node_modules"


class _Handler(SimpleHTTPRequestHandler):
    """The packages, and the page at `/plain` and at `/isolated`, where a browser lets WASM have threads."""

    def do_GET(self) -> None:
        if self.path not in ("/plain", "/isolated"):
            super().do_GET()
            return
        body = _PAGE.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        if self.path == "/isolated":
            self.send_header("Cross-Origin-Opener-Policy", "same-origin")
            self.send_header("Cross-Origin-Embedder-Policy", "require-corp")
        self.end_headers()
        self.wfile.write(body)

    def end_headers(self) -> None:
        """With what a page in isolation asks of all that it loads."""
        self.send_header("Cross-Origin-Resource-Policy", "same-origin")
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: a command's output is its own."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of a server, for this computer only, of that folder and the two pages."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Handler, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def pages(opened: Any, pictures: Sequence[bytes]) -> Iterator[dict[str, tuple[Any, dict[str, Any]]]]:
    """Two pages with TensorFlow.js and these JPEG pictures, by name: as any page has it ("plain"), and with
    threads ("isolated"); each with what it says of itself."""
    data = [base64.b64encode(picture).decode() for picture in pictures]
    with served(packages()) as address, opened.new_context() as context:
        found = {}
        for name in ("plain", "isolated"):
            page = context.new_page()
            page.goto(f"{address}/{name}")
            found[name] = (page, page.evaluate("(data) => prepare(data)", data))
        yield found
