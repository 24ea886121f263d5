"""Who may come in, how much they may say, and what a page of ours may load."""

from __future__ import annotations

import secrets
from typing import Any, Final

from facegame_lib.errors import BadSetting

MAX_MESSAGE: Final = 1_000_000  # bytes
MAX_ATTACHMENTS: Final = 2  # binary parts of a message; the protocol needs one
MESSAGES_A_SECOND: Final = 200.0  # a picture takes two: what it is, and its bytes
BYTES_A_SECOND: Final = 2_000_000.0
PATIENCE: Final = 300  # messages refused after which a connection is closed

HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' blob: data:; connect-src 'self'; media-src 'self' blob:; manifest-src 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; form-action 'none'",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def new_token() -> str:
    """A token that nobody guesses: 128 bits, for an address."""
    return secrets.token_urlsafe(16)


def check_token(auth: Any, token: str | None) -> None:
    """Raise `BadSetting` unless `auth`, what a client says of itself, has that token. None lets all in."""
    if token is None:
        return
    given = auth.get("token") if isinstance(auth, dict) else None
    if given is None or given == "":
        raise BadSetting("no_token")
    if not isinstance(given, str) or not same(given, token):
        raise BadSetting("wrong_token")


def same(given: str, secret: str) -> bool:
    """Whether they are the same; how long it takes to see that tells nothing of the secret."""
    return secrets.compare_digest(given.encode("utf-8", "replace"), secret.encode())


class Bucket:
    """A token bucket: `rate` a second, and `burst` at once after a rest. Times come in, in seconds."""

    def __init__(self, rate: float, burst: float, at: float) -> None:
        self.rate, self.burst = rate, burst
        self._left, self._at = burst, at

    def take(self, amount: float, at: float) -> bool:
        """Whether that much is allowed now; if so, it is taken."""
        self._left = min(self.burst, self._left + self.rate * max(0.0, at - self._at))
        self._at = at
        if amount > self._left:
            return False
        self._left -= amount
        return True


class Line:
    """One connection, `since` a time: it may send so many messages and bytes a second. `is_over` says that
    the last one was too many, `refused` how many were."""

    def __init__(self, since: float) -> None:
        self.since = since
        self._messages = Bucket(MESSAGES_A_SECOND, 2 * MESSAGES_A_SECOND, since)
        self._bytes = Bucket(BYTES_A_SECOND, 8 * BYTES_A_SECOND, since)
        self.is_over, self.refused = False, 0

    def take(self, size: int, at: float) -> None:
        """A message of that size came."""
        self.is_over = not (self._messages.take(1, at) and self._bytes.take(size, at))
        self.refused += self.is_over
