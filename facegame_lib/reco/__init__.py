"""The Reco server: phones and notebooks play, one machine knows the nets. `docs/server.md` is its contract.

    gate -> original, play, board -> players -> turns -> engine

With `--engine ray` the nets are in replicas, on this machine or on many (`docs/cluster.md`): `ray_engine.py`
asks, `ray_replica.py` is what is asked, `far.py` what is said between them.

`client.py` is the other side: a recogniser for a notebook whose nets are on the server.
"""

from facegame_lib.reco.client import RemoteRecognizer

__all__ = ["RemoteRecognizer"]
