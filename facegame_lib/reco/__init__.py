"""The Reco server: phones and notebooks play, one machine knows the nets. `docs/server.md` is its contract.

    gate -> original, play, board -> players -> turns -> engine

`client.py` is the other side: a recogniser for a notebook whose nets are on the server.
"""

from facegame_lib.reco.client import RemoteRecognizer

__all__ = ["RemoteRecognizer"]
