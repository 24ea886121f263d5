"""A certificate for this machine's names and addresses, because phones give the camera to secure pages only.

Nobody vouches for it, so browsers ask once whether to go on. It is kept between runs, so that they ask once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import platformdirs

from facegame_lib.atomic import write_atomically
from facegame_lib.errors import BadStore

DAYS: Final = 397  # Apple's phones refuse one that is good for longer than 398
LEFT: Final = 7  # days before its end that it is made anew


@dataclass(frozen=True)
class Certificate:
    """`server` has the private key and the certificate, `authority` what a client may check it with."""

    server: Path
    authority: Path


def certificate(names: Sequence[str], folder: Path | None = None, now: datetime | None = None) -> Certificate:
    """The certificate for these names and addresses, made if there is none or it does not do any more.

    `folder` is by default one in the user's data folder. Raises `BadStore` if it cannot be written.
    """
    folder = platformdirs.user_data_path("facegame") / "certificate" if folder is None else folder
    now = datetime.now(UTC) if now is None else now
    found = Certificate(folder / "key-and-certificate.pem", folder / "authority.pem")
    if not _is_good(found, names, now):
        _make(found, names, now)
    return found


def _is_good(found: Certificate, names: Sequence[str], now: datetime) -> bool:
    """Whether it names just these, for some days more, and can be used at all."""
    import ssl

    from cryptography import x509
    from cryptography.exceptions import InvalidSignature

    try:
        ssl.create_default_context(cafile=found.authority)
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(found.server)  # key and certificate belong
        made = x509.load_pem_x509_certificate(found.server.read_bytes())
        made.verify_directly_issued_by(x509.load_pem_x509_certificate(found.authority.read_bytes()))
        alternatives = made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (OSError, ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound):
        # None, or damaged (`ssl.SSLError` is an `OSError`), or two that do not belong together.
        return False
    called = alternatives.get_values_for_type(x509.DNSName)
    called += [str(ip) for ip in alternatives.get_values_for_type(x509.IPAddress)]
    in_time = made.not_valid_before_utc <= now <= made.not_valid_after_utc - timedelta(days=LEFT)
    return in_time and set(called) == set(names)


def _make(found: Certificate, names: Sequence[str], now: datetime) -> None:
    import trustme

    authority = trustme.CA(organization_name="facegame")  # its key is forgotten with this process
    issued = authority.issue_cert(
        *names,
        organization_name="facegame",
        not_before=now - timedelta(days=1),  # a phone's clock may be behind
        not_after=now + timedelta(days=DAYS - 1),
    )
    try:
        write_atomically(found.authority, authority.cert_pem.bytes())
        write_atomically(found.server, issued.private_key_and_cert_chain_pem.bytes(), mode=0o600)
    except OSError as error:
        raise BadStore("certificate_unwritable", path=found.server.parent, reason=error) from error
