"""What this machine is called by others, and how a phone gets there: addresses and QR codes."""

from __future__ import annotations

import io
import ipaddress
import re
import socket
from typing import Final
from urllib.parse import quote, unquote

LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")


def is_loopback(host: str) -> bool:
    """Whether only this machine itself gets to that host."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def addresses() -> list[str]:
    """This machine's addresses that others can reach it by, the likeliest first; IPv4 before IPv6."""
    import psutil

    found = {
        row.address
        for rows in psutil.net_if_addrs().values()
        for row in rows
        if row.family in (socket.AF_INET, socket.AF_INET6) and "%" not in row.address
    }
    outer = [ip for ip in map(ipaddress.ip_address, found) if not (ip.is_loopback or ip.is_link_local)]
    likely = _towards_others()
    outer.sort(key=lambda ip: (str(ip) != likely, ip.version, not ip.is_private, int(ip)))
    return [str(ip) for ip in outer]


def names() -> list[str]:
    """All that a certificate of this machine has to name: its addresses, its host name, itself."""
    host = socket.gethostname()
    local = [host] if "." in host else [host, f"{host}.local"]
    if not re.fullmatch(r"[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*", host, re.IGNORECASE):
        local = []  # a name that no certificate takes, such as one with an underscore
    return [*dict.fromkeys([*addresses(), *local, *LOOPBACK])]


def url(secure: bool, host: str, port: int, path: str = "/", token: str | None = None) -> str:
    """An address to open. The token goes behind the #, which browsers send to nobody, quoted."""
    host = f"[{host}]" if ":" in host else host
    behind = "#" + quote(token, safe="") if token else ""
    return f"{'https' if secure else 'http'}://{host}:{port}{path}{behind}"


def without_token(url: str) -> tuple[str, str]:
    """That address without what is behind the #, and the token that this is; "" for none."""
    url, _, behind = url.partition("#")
    return url, unquote(behind)


def qr_svg(text: str) -> str:
    """A QR code as the text of an SVG picture, black on white."""
    import segno

    return str(segno.make(text, micro=False).svg_inline(scale=8, border=2, light="white", omitsize=True))


def qr_lines(text: str) -> str:
    """A QR code for a terminal."""
    import segno

    lines = io.StringIO()
    segno.make(text, micro=False).terminal(lines, border=2, compact=True)
    return lines.getvalue()


def _towards_others() -> str:
    """The address that this machine has towards the rest of the world. Nothing is sent to find out."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as towards:
            towards.connect(("192.0.2.1", 9))  # an address that is nobody's, RFC 5737
            return str(towards.getsockname()[0])
    except OSError:  # no network at all
        return ""
