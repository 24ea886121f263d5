"""A Jupyter server's connection between page and kernel that sends each message at once.

By default the system holds a small message back until the one before it is acknowledged, which the other
side may put off for 40 ms (Nagle's algorithm and delayed acknowledgements: RFC 896; RFC 1122, 4.2.3.2). For
each frame the kernel sends four: busy, the bar, the acknowledgement, idle.
"""

from __future__ import annotations

from typing import Any

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection


class PromptConnection(ZMQChannelsWebsocketConnection):
    """The server's own, but prompt: `--ServerApp.kernel_websocket_connection_class` takes its name."""

    def connect(self) -> Any:
        """As the server's own."""
        self.websocket_handler.set_nodelay(True)
        return super().connect()
