"""What can go wrong on a phone: each fault is named, says what to do, and loses no more than it must."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from pocket import LANDSCAPE, PORTRAIT, SMALL, Pocket
from reco import Reco
from relay import Relay
from table import ALLOW, FAKE_DEVICE, hide


@pytest.mark.parametrize(
    ("shape", "size"), [("portrait", PORTRAIT), ("landscape", LANDSCAPE), ("320", SMALL)]
)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_cut_off(
    quick: Reco, phone: Callable[..., Pocket], shape: str, size: dict[str, int], scheme: str
) -> None:
    """On each size of screen, in each stage, all that can be pressed lies whole within it."""
    player = phone(quick.address, viewport=size, color_scheme=scheme)
    stages = {"welcome": None}
    player.shot(f"phone-{shape}-{scheme}-1-welcome")
    player.start()
    player.shot(f"phone-{shape}-{scheme}-2-teach")
    stages["teach"] = player.outside()
    player.ready_to_play()
    player.shot(f"phone-{shape}-{scheme}-3-trained")
    stages["trained"] = player.outside()
    player.page.get_by_role("button", name="Play").click()
    expect(player.page.get_by_role("button", name="Skip")).to_be_enabled(timeout=10_000)
    player.page.wait_for_function("() => window.bars.length > 5")
    player.shot(f"phone-{shape}-{scheme}-4-match")
    stages["match"] = player.outside()
    player.page.get_by_role("button", name="Quit").click()
    expect(player.page.locator(".result-picture")).to_be_visible(timeout=15_000)
    player.shot(f"phone-{shape}-{scheme}-5-result")
    stages["result"] = player.outside()
    assert {stage: out for stage, out in stages.items() if out} == {}
    assert player.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert player.errors == []


@pytest.fixture
def wire(quick: Reco) -> Iterator[Relay]:
    """A wire to the quick server."""
    relay = Relay(int(quick.host.partition(":")[2]))
    yield relay
    relay.close()


def test_a_connection_that_breaks_off_is_taken_up_again(
    quick: Reco, phone: Callable[..., Pocket], wire: Relay
) -> None:
    """In mid-match the connection goes: the page says so, the match waits, and goes on once it is back."""
    player = phone(quick.address.replace(quick.host, f"localhost:{wire.port}")).start().ready_to_play()
    player.page.get_by_role("button", name="Play").click()
    expect(player.page.get_by_role("button", name="Skip")).to_be_enabled(timeout=10_000)

    wire.cut()
    expect(player.page.locator(".lost")).to_contain_text("connection is lost")
    player.shot("phone-lost")
    player.page.wait_for_timeout(2500)  # longer than a match goes on without frames
    wire.mend()
    expect(player.page.locator(".lost")).to_be_hidden(timeout=15_000)
    expect(player.app).to_have_attribute("data-stage", "match")
    player.page.evaluate(
        "() => { window.lost = 0; new MutationObserver(() => window.lost++)"
        ".observe(document.querySelector('.lost'), { attributes: true }); }"
    )
    seen = len(player.bars())
    player.page.wait_for_function(f"() => window.bars.length > {seen + 5}", timeout=15_000)
    player.page.keyboard.press("Escape")
    expect(player.page.locator(".result h2")).to_be_visible()
    assert player.page.evaluate("window.lost") == 0, "it was lost again"

    player.page.reload()
    expect(player.app).to_have_attribute("data-stage", "result", timeout=15_000)
    assert len(player.page.locator(".result tr").all()) == 3


def test_a_game_that_the_server_forgot_begins_anew(quick: Reco, phone: Callable[..., Pocket]) -> None:
    """A page whose secret opens nothing any more says so, and has a fresh game."""
    player = phone(quick.address).start()
    player.page.evaluate("sessionStorage.setItem('facegame.secret', 'x')")
    player.page.reload()
    player.seated()
    expect(player.words).to_contain_text("no longer has your game")


def test_a_game_is_in_one_tab_at_a_time(quick: Reco, phone: Callable[..., Pocket]) -> None:
    """A tab that was doubled takes the game with it; the first says where it went, and can have it back."""
    player = phone(quick.address).start()
    kept = json.loads(player.page.evaluate("JSON.stringify({...sessionStorage})"))
    second = player.context.new_page()
    second.add_init_script(f"for (const [k, v] of Object.entries({json.dumps(kept)})) sessionStorage[k] = v")
    second.goto(quick.address)
    expect(second.locator(".app")).to_have_attribute("data-stage", "teach", timeout=15_000)
    expect(player.page.locator(".news")).to_contain_text("another tab")
    player.start()
    expect(second.locator(".news")).to_contain_text("another tab")


def test_a_wrong_token_is_named(quick: Reco, phone: Callable[..., Pocket]) -> None:
    """Who comes with an old address reads that, and what to do."""
    player = phone(quick.address.partition("#")[0] + "#old")
    player.page.get_by_role("button", name="Start").click()
    expect(player.page.locator(".news")).to_contain_text("not the server's token")
    expect(player.page.get_by_role("button", name="Start")).to_be_enabled()
    player.shot("phone-wrong-token")


def test_an_insecure_page_says_which_address_to_open(
    quick: Reco, chromium: Callable[..., Browser], phone: Callable[..., Pocket]
) -> None:
    """On http:// and not localhost the player reads that the https:// address has the camera."""
    other = chromium(FAKE_DEVICE, ALLOW, "--host-resolver-rules=MAP facegame.test 127.0.0.1")
    player = phone(quick.address.replace("localhost", "facegame.test"), other)
    player.page.get_by_role("button", name="Start").click()
    expect(player.camera).to_have_attribute("data-state", "error")
    expect(player.camera).to_contain_text("https://")
    player.shot("phone-insecure")


def test_a_refused_camera_is_named_and_can_be_tried_again(
    quick: Reco, chromium: Callable[..., Browser], film: Path, phone: Callable[..., Pocket]
) -> None:
    """A player who refused the camera reads how to allow it, and goes on once it is allowed."""
    player = phone(quick.address, chromium(FAKE_DEVICE, f"--use-file-for-fake-video-capture={film}"))
    player.page.get_by_role("button", name="Start").click()
    expect(player.camera).to_contain_text("may not use the camera", timeout=15_000)
    player.shot("phone-refused")
    player.context.grant_permissions(["camera"])
    player.page.get_by_role("button", name="Try again").click()
    player.seated()
    player.record("smile")
    assert player.count("smile") >= 19


def test_a_hidden_page_pauses_the_match(quick: Reco, phone: Callable[..., Pocket]) -> None:
    """A match waits while its page is hidden, with a word why, and goes on when it is seen again."""
    player = phone(quick.address).start().ready_to_play()
    player.page.keyboard.press("Enter")
    expect(player.page.get_by_role("button", name="Skip")).to_be_enabled(timeout=10_000)
    hide(player.page, True)
    expect(player.page.locator(".waiting")).to_contain_text("the page was hidden")
    player.shot("phone-paused")
    hide(player.page, False)
    expect(player.page.locator(".waiting")).to_be_hidden(timeout=10_000)


_CAMERA_ENDS = """() => {
  const [track] = document.querySelector(".frame video").srcObject.getTracks();
  track.stop();
  track.dispatchEvent(new Event("ended"));
}"""


def test_a_screen_that_was_locked_finds_its_match_and_its_camera(
    quick: Reco, phone: Callable[..., Pocket]
) -> None:
    """A locked phone takes the camera away; unlocked, it has it back by itself, and the match goes on. So it
    does with a camera that was unplugged and is back."""
    player = phone(quick.address).start().ready_to_play()
    player.page.keyboard.press("Enter")
    expect(player.page.get_by_role("button", name="Skip")).to_be_enabled(timeout=10_000)
    hide(player.page, True)
    player.page.evaluate(_CAMERA_ENDS)
    expect(player.camera).to_have_attribute("data-state", "error")
    expect(player.page.locator(".waiting")).to_contain_text("the page was hidden")
    hide(player.page, False)
    expect(player.camera).to_have_attribute("data-state", "live", timeout=10_000)
    expect(player.page.locator(".waiting")).to_be_hidden(timeout=10_000)

    player.page.evaluate(_CAMERA_ENDS)
    expect(player.page.locator(".waiting")).to_contain_text("the camera is off")
    player.page.evaluate("navigator.mediaDevices.dispatchEvent(new Event('devicechange'))")
    expect(player.camera).to_have_attribute("data-state", "live", timeout=10_000)
    expect(player.page.locator(".waiting")).to_be_hidden(timeout=10_000)
    assert player.errors == []


def test_the_game_speaks_spanish(quick: Reco, phone: Callable[..., Pocket]) -> None:
    """A browser set to Spanish gets it, faces included; the switch in the corner changes it."""
    player = phone(quick.address, locale="es-MX")
    player.shot("phone-spanish-1")
    player.start()
    expect(player.card("sonrisa")).to_be_visible()
    expect(player.words).to_contain_text("Todavía no hay imágenes")
    assert player.page.evaluate("document.documentElement.lang") == "es"
    player.shot("phone-spanish-2")
    player.menu()
    player.shot("phone-spanish-3-menu")
    player.shut()
    player.page.get_by_label("Idioma").select_option("en")
    expect(player.page.get_by_role("button", name="Train")).to_be_visible()


def test_a_player_leaves_with_their_pictures(
    quick: Reco, phone: Callable[..., Pocket], tmp_path: Path
) -> None:
    """Pictures can be removed, brought back and downloaded; "forget me" leaves nothing of them."""
    player = phone(quick.address).start()
    player.record("smile")
    player.card("smile").click()
    player.page.get_by_role("button", name="Name and pictures of smile").click()
    pictures = player.page.locator(".thumbnail")
    expect(pictures).to_have_count(20)
    pictures.first.click()
    expect(pictures).to_have_count(19)
    player.shot("phone-face")
    player.page.get_by_role("dialog").get_by_role("button", name="Undo").click()
    expect(pictures).to_have_count(20)
    name = player.page.get_by_role("dialog").get_by_role("textbox")
    name.fill("¡sonrisa! 🎃")
    name.press("Enter")
    player.shut()
    expect(player.card("¡sonrisa! 🎃")).to_be_visible()

    menu = player.menu()
    with player.page.expect_download() as kept:
        menu.get_by_role("button", name="Download my pictures").click()
    kept.value.save_as(tmp_path / "mine.zip")
    assert sum(entry.endswith(".jpg") for entry in zipfile.ZipFile(tmp_path / "mine.zip").namelist()) == 20

    menu.get_by_role("button", name="Forget me").click()
    player.shot("phone-forget")
    menu.get_by_role("button", name="Yes, forget me").click()
    expect(player.page.locator(".news")).to_contain_text("has forgotten")
    assert player.page.evaluate("sessionStorage.getItem('facegame.secret')") is None
    player.start()
    expect(player.card("smile")).to_be_visible()
    assert player.page.locator(".card:not(.empty):not(.add)").count() == 0
    assert player.errors == []


def test_a_result_is_shared_as_a_picture(quick: Reco, phone: Callable[..., Pocket], tmp_path: Path) -> None:
    """By keyboard alone: record, train, play; where the browser cannot share, the picture is downloaded."""
    player = phone(quick.address).start()
    press = player.page.keyboard.press
    player.menu().get_by_role("checkbox").uncheck()
    player.shut()
    player.remove("zapallo")
    press("1")
    for name in ("smile", "surprise"):  # the next face comes by itself
        expect(player.card(name)).to_have_attribute("aria-pressed", "true")
        press(" ")
        expect(player.page.locator(".shutter.recording")).to_be_visible()
        expect(player.page.locator(".shutter.recording")).to_have_count(0, timeout=15_000)
    press("t")
    expect(player.page.get_by_role("button", name="Play")).to_be_visible(timeout=15_000)
    press("Enter")
    expect(player.page.get_by_role("button", name="Skip")).to_be_enabled(timeout=10_000)
    press("p")
    expect(player.page.locator(".waiting")).to_contain_text("Paused")
    press("p")
    expect(player.app).to_have_attribute("data-stage", "result", timeout=30_000)
    with player.page.expect_download() as shared:
        player.page.get_by_role("button", name="Share").click()
    shared.value.save_as(tmp_path / "facegame.png")
    assert (tmp_path / "facegame.png").read_bytes().startswith(b"\x89PNG")
    press("Escape")
    expect(player.app).to_have_attribute("data-stage", "teach")
