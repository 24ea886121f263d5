"""`facegame serve`: get the nets ready, say where to go, and serve until stopped."""

from __future__ import annotations

import uvicorn

from facegame_lib.progress import Progress
from facegame_lib.reco import server
from facegame_lib.reco.engine import LocalEngine
from facegame_lib.reco.security import MAX_MESSAGE, new_token


def serve(port: int, token: str | None, progress: Progress) -> int:
    """Serve until stopped."""
    engine = LocalEngine().prepare(progress)
    token = token or new_token()
    app = server.make_app(engine, None if token == "none" else token)
    print(f"http://127.0.0.1:{port}/#{token}", flush=True)
    config = uvicorn.Config(
        app,
        host="127.0.0.1",
        port=port,
        log_level="warning",
        access_log=False,
        ws_max_size=MAX_MESSAGE,
        server_header=False,
    )
    uvicorn.Server(config).run()
    return 0
