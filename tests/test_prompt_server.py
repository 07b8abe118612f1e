"""Small messages leave at once, where the server's own connection is in use, and nowhere else."""

import socket
from types import SimpleNamespace

import pytest
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection
from jupyter_server.services.kernels.websocket import KernelWebsocketHandler

from optviz import prompt_server


def load(connection):
    server = SimpleNamespace(web_app=SimpleNamespace(settings={"kernel_websocket_connection_class": connection}))
    prompt_server._load_jupyter_server_extension(server)
    return server.web_app.settings["kernel_websocket_connection_class"]


def test_the_usual_connection_is_replaced_and_no_other():
    class Gateway:
        pass

    assert load(ZMQChannelsWebsocketConnection) is prompt_server.PromptConnection
    assert load(Gateway) is Gateway
    assert load(None) is None


def test_connecting_turns_the_delay_off(monkeypatch):
    asked = []
    handler = KernelWebsocketHandler.__new__(KernelWebsocketHandler)
    monkeypatch.setattr(KernelWebsocketHandler, "set_nodelay", lambda self, value: asked.append(value))
    monkeypatch.setattr(ZMQChannelsWebsocketConnection, "connect", lambda self: "connected")
    connection = prompt_server.PromptConnection.__new__(prompt_server.PromptConnection)
    connection.set_trait("websocket_handler", handler)
    assert connection.connect() == "connected"
    assert asked == [True]


def test_tornado_knows_the_switch():
    from tornado.websocket import WebSocketHandler

    assert callable(WebSocketHandler.set_nodelay)
    assert socket.TCP_NODELAY
    with pytest.raises(AssertionError):  # it asks for a connection, so it does something
        WebSocketHandler.set_nodelay(SimpleNamespace(ws_connection=None), True)
