"""The Reco server: phones and notebooks play, one machine knows the nets. `docs/server.md` is its contract.

    gate -> original, play, board -> players -> turns -> engine

With `--engine ray` the nets are in replicas, on this machine or on many (`docs/cluster.md`): `ray_engine.py`
asks, `ray_replica.py` is what is asked, `far.py` what is said between them.

`client.py` is the other side: a recogniser for a notebook whose nets are on the server. `beside.py` runs a
server in a notebook, `sheet.py` has the privacy sheet that families get before a lesson.
"""

from facegame_lib.reco.beside import RecoServer
from facegame_lib.reco.client import RemoteRecognizer
from facegame_lib.reco.serve import Options
from facegame_lib.reco.sheet import privacy_sheet, write_privacy_sheet

__all__ = ["Options", "RecoServer", "RemoteRecognizer", "privacy_sheet", "write_privacy_sheet"]
