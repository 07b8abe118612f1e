"""A Jupyter server extension: small messages to and from a kernel leave at once.

By default the operating system holds a small packet back until the one before it is acknowledged (Nagle's algorithm),
which costs tens of milliseconds at every move of a slider.
"""

from typing import Any

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection


class PromptConnection(ZMQChannelsWebsocketConnection):
    """The server's own connection between a page and a kernel, without that delay."""

    def connect(self) -> Any:
        """Connect, and send small messages at once."""
        self.websocket_handler.set_nodelay(True)
        return super().connect()


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": __name__}]


def _load_jupyter_server_extension(server: Any) -> None:
    """Take the place of the server's usual connection; any other, a gateway's for example, stays as it is."""
    settings = server.web_app.settings
    if settings.get("kernel_websocket_connection_class") is ZMQChannelsWebsocketConnection:
        settings["kernel_websocket_connection_class"] = PromptConnection
