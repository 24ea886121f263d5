"""What can go wrong on stage: each fault is named, says what to do, and loses nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import av
import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect
from table import ALLOW, FAKE_DEVICE, Table, hide, kernel_idle, quick

from facegame_lib.cartoon import CartoonPlayer


@pytest.fixture
def new_page() -> Iterator[Callable[..., Page]]:
    """Open a page in some other Chromium."""
    contexts = []

    def start(browser: Browser) -> Page:
        contexts.append(browser.new_context(viewport={"width": 1200, "height": 900}))
        return contexts[-1].new_page()

    yield start
    for context in contexts:
        context.close()


def test_a_refused_camera_is_named_and_can_be_tried_again(
    chromium: Callable[..., Browser],
    film: Path,
    new_page: Callable[..., Page],
    open_lab: Callable[..., Table],
) -> None:
    """A player who refused the camera reads how to allow it, and goes on once it is allowed."""
    page = new_page(chromium(FAKE_DEVICE, f"--use-file-for-fake-video-capture={film}"))
    table = open_lab(page, quick())
    expect(table.camera).to_have_attribute("data-state", "error", timeout=60_000)
    expect(table.camera).to_contain_text("may not use the camera")
    table.shot("fault-refused")

    page.context.grant_permissions(["camera"])
    table.camera.get_by_role("button", name="Try again").click()
    table.ready()
    table.take("smile")
    assert not table.errors


def test_no_camera_is_named(
    chromium: Callable[..., Browser], new_page: Callable[..., Page], open_lab: Callable[..., Table]
) -> None:
    """Without a camera the player reads that none was found, and can still add pictures from files."""
    table = open_lab(new_page(chromium(ALLOW)), quick())
    expect(table.camera).to_contain_text("No camera was found", timeout=60_000)
    table.card("smile").locator("input[type=file]").set_input_files(
        [
            {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": _jpeg(0)},
            {"name": "b.jpg", "mimeType": "image/jpeg", "buffer": b"no picture"},
        ]
    )
    expect(table.card("smile").locator(".fg-status")).to_contain_text("1 of 2 arrived")
    expect(table.notice).to_contain_text("no JPEG or PNG")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("NotReadableError", "Another program is using the camera"),
        ("OverconstrainedError", "That camera is gone"),
        ("AbortError", "stopped while it was starting"),
        ("SecurityError", "blocks cameras on this page"),
        ("StrangeError", "does not start (StrangeError)"),
    ],
)
def test_each_reason_has_its_sentence(
    page: Page, open_lab: Callable[..., Table], error: str, words: str
) -> None:
    """Whatever reason the browser gives for refusing a camera, the player reads it and what to do."""
    page.add_init_script(
        f"""const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
        let refused = false;
        navigator.mediaDevices.getUserMedia = (asked) => refused ? real(asked)
          : ((refused = true), Promise.reject(new DOMException("", "{error}")));"""
    )
    table = open_lab(page, quick())
    expect(table.camera).to_contain_text(words, timeout=60_000)
    table.camera.get_by_role("button", name="Try again").click()
    table.ready()
    assert not table.errors


def test_a_camera_that_sends_no_picture_is_told(page: Page, open_lab: Callable[..., Table]) -> None:
    """A camera that opens, and then sends nothing, does not stay "starting" for ever; trying again helps."""
    page.add_init_script(
        """const play = HTMLMediaElement.prototype.play;
        HTMLMediaElement.prototype.play = () => new Promise(() => {});
        window.mend = () => { HTMLMediaElement.prototype.play = play; };"""
    )
    table = open_lab(page, quick())
    expect(table.camera).to_contain_text("no picture comes", timeout=60_000)
    page.evaluate("window.mend()")
    table.camera.get_by_role("button", name="Try again").click()
    table.ready()
    assert not table.errors


def test_an_insecure_page_shows_the_way_in(
    chromium: Callable[..., Browser], new_page: Callable[..., Page], open_lab: Callable[..., Table]
) -> None:
    """On a page that is neither localhost nor HTTPS the player is shown the ssh line that makes it so."""
    page = new_page(chromium(FAKE_DEVICE, ALLOW, "--host-resolver-rules=MAP facegame.test 127.0.0.1"))
    table = open_lab(page, quick(), host="facegame.test")
    expect(table.camera).to_contain_text("secure pages only", timeout=60_000)
    port = re.search(r":(\d+)/", page.url)[1]
    expect(table.camera.locator("code")).to_have_text(f"ssh -L {port}:localhost:{port} facegame.test")
    table.shot("fault-insecure")


def test_a_restarted_kernel_loses_nothing(page: Page, open_lab: Callable[..., Table]) -> None:
    """After a kernel restart and a rerun all pictures, takes and names are there, and can be trained."""
    table = open_lab(page, quick()).ready()
    for face in ("smile", "surprise", "smile"):
        table.take(face)
    name = table.card("surprise").locator(".fg-name")
    name.fill("¡sorpresa! 🎃")
    name.press("Enter")
    expect(table.card("¡sorpresa! 🎃")).to_be_visible()
    expect(table.game.locator(".fg-thumbnail img[src^=blob]")).to_have_count(18)

    page.evaluate("void window.jupyterapp.shell.currentWidget.context.sessionContext.restartKernel()")
    expect(table.camera).to_contain_text("kernel does not answer", timeout=30_000)
    table.shot("fault-kernel-restarted")
    kernel_idle(page)
    page.evaluate("void window.jupyterapp.commands.execute('notebook:run-all-cells')")
    expect(table.notice).to_contain_text("18 pictures are back", timeout=60_000)
    expect(table.card("smile").locator(".fg-status")).to_contain_text("12 pictures · 2 takes")
    expect(table.card("¡sorpresa! 🎃").locator(".fg-status")).to_contain_text("6 pictures")
    expect(table.game.locator(".fg-thumbnail img[src^=blob]")).to_have_count(18)
    for face in ("neutral", "zapallo"):
        table.game.get_by_label(f"Remove {face}").click()
    table.ready().train()


def test_a_match_waits_with_a_word_why(page: Page, open_lab: Callable[..., Table]) -> None:
    """A hidden page, frames that stop and a camera that ends pause the match, each with its reason."""
    table = open_lab(page, quick()).ready().taught()
    words, clock = table.game.locator(".fg-big-words"), table.game.locator(".fg-left")
    page.keyboard.press("Enter")
    expect(clock).to_have_text("58 s", timeout=10_000)

    hide(page, True)
    expect(words).to_have_text("Paused: the page was hidden")
    hide(page, False)
    expect(words).to_have_text("", timeout=10_000)
    expect(clock).to_have_text("56 s", timeout=10_000)

    page.evaluate("document.querySelector('.fg-video').pause()")
    expect(words).to_have_text("Paused: no picture comes from the camera", timeout=10_000)
    table.shot("fault-no-frames")
    page.evaluate("document.querySelector('.fg-video').play()")
    expect(words).to_have_text("", timeout=10_000)

    unplugged = (
        "document.querySelector('.fg-video').srcObject.getTracks()[0].dispatchEvent(new Event('ended'))"
    )
    page.evaluate(unplugged)
    expect(words).to_have_text("Paused: the camera is off", timeout=10_000)
    expect(table.camera).to_contain_text("The camera's picture ended")
    table.camera.get_by_role("button", name="Try again").click()
    expect(words).to_have_text("", timeout=15_000)

    page.evaluate(unplugged)
    expect(words).to_have_text("Paused: the camera is off", timeout=10_000)
    page.evaluate("navigator.mediaDevices.dispatchEvent(new Event('devicechange'))")  # it is back
    expect(words).to_have_text("", timeout=15_000)

    page.keyboard.press("Escape")
    expect(table.game.locator(".fg-end")).to_contain_text("You left before the end.")


def test_a_file_plays_the_camera(page: Page, open_lab: Callable[..., Table], tmp_path: Path) -> None:
    """An ipywebrtc VideoStream in the camera's place shows its picture and records bursts."""
    video = tmp_path / "cartoon.webm"
    _webm(video)
    more = f', camera=__import__("ipywebrtc").VideoStream.from_file({str(video)!r})'
    table = open_lab(page, quick(more)).ready()
    expect(table.game.locator(".fg-picker")).to_be_hidden()
    table.take("smile")
    expect(table.card("smile").locator(".fg-status")).to_contain_text("6 of 6 arrived")


def test_pictures_are_removed_and_brought_back(page: Page, open_lab: Callable[..., Table]) -> None:
    """A click removes a picture, Clear removes all, Undo brings each back; eight faces are the most."""
    table = open_lab(page, quick()).ready()
    table.take("smile")
    pictures = table.card("smile").locator(".fg-thumbnail")
    pictures.first.click()
    expect(pictures).to_have_count(5)
    table.card("smile").get_by_role("button", name="Clear").click()
    expect(pictures).to_have_count(0)
    page.keyboard.press("u")
    expect(pictures).to_have_count(5)
    table.game.get_by_role("button", name="Undo").click()
    expect(pictures).to_have_count(6)
    add = table.game.get_by_role("button", name="Add a face")
    for count in range(4, 9):
        add.click()
        expect(table.game.locator(".fg-card:not(.fg-neutral)")).to_have_count(count)
    expect(add).to_be_disabled()


def test_the_camera_can_be_switched_off_and_on(page: Page, open_lab: Callable[..., Table]) -> None:
    """Off, the camera's tracks are stopped; on, its picture is back."""
    table = open_lab(page, quick()).ready()
    page.evaluate("window.track = document.querySelector('.fg-video').srcObject.getTracks()[0]")
    table.game.get_by_role("button", name="Camera off").click()
    expect(table.camera).to_have_attribute("data-state", "off")
    page.wait_for_function("() => window.track.readyState === 'ended'")
    table.game.get_by_role("button", name="Camera on").first.click()
    table.ready()


def test_it_is_kept_when_the_player_says_so_in_spanish_and_dark(
    page: Page, open_lab: Callable[..., Table], lab_server: tuple[str, str, Path]
) -> None:
    """Nothing is on disk before the player keeps it, all of it after; in Spanish, on the dark theme."""
    folder = lab_server[2] / "my-faces"
    table = open_lab(page, quick()).ready()
    page.evaluate(
        "void window.jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Dark'})"
    )
    table.take("smile")
    assert not folder.exists()
    table.game.get_by_label("Language").select_option("es")
    table.game.get_by_role("button", name="Guardar en esta computadora").click()
    expect(table.notice).to_contain_text("las imágenes quedan en my-faces")
    assert len(list(folder.rglob("*.jpg"))) == 6
    page.wait_for_function("() => document.body.dataset.jpThemeLight === 'false'")
    table.shot("spanish-dark")


def _jpeg(seed: int) -> bytes:
    from facegame_lib import encode

    return encode(np.array(CartoonPlayer(seed).frame(0.0)))


def _webm(path: Path) -> None:
    """Two seconds of a cartoon as VP8."""
    player = CartoonPlayer(seed=1)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libvpx", rate=15)
        stream.width, stream.height, stream.pix_fmt = 640, 480, "yuv420p"
        for number in range(30):
            frame = av.VideoFrame.from_ndarray(player.frame(number / 15), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
