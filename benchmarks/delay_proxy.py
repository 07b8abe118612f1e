"""A loopback proxy that delays every packet both ways: `delay_proxy.py LISTEN_PORT TARGET_PORT CONTROL_PORT`.

A number sent to the control port (UDP) is the delay in seconds from then on.
"""

import asyncio
import contextlib
import socket
import sys

delay = 0.0


async def pump(reader, writer):
    loop, queue = asyncio.get_running_loop(), asyncio.Queue()

    async def send():
        while True:
            due, data = await queue.get()
            await asyncio.sleep(max(0, due - loop.time()))
            if data is None:
                with contextlib.suppress(OSError):
                    writer.write_eof()
                return
            writer.write(data)
            await writer.drain()

    sending = asyncio.create_task(send())
    with contextlib.suppress(OSError):  # somebody has hung up
        data = b"-"
        while data:
            data = await reader.read(1 << 16)
            queue.put_nowait((loop.time() + delay, data or None))
        await sending
    sending.cancel()


class Control(asyncio.DatagramProtocol):
    def datagram_received(self, data, address):
        global delay
        delay = float(data)


async def serve(listen, target, control):
    async def connect(reader, writer):
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", target)
        except OSError:
            writer.close()
            return
        for one in (writer, far_writer):
            one.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await asyncio.gather(pump(reader, far_writer), pump(far_reader, writer))
        writer.close()
        far_writer.close()

    await asyncio.get_running_loop().create_datagram_endpoint(Control, local_addr=("127.0.0.1", control))
    async with await asyncio.start_server(connect, "127.0.0.1", listen) as server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(*map(int, sys.argv[1:4])))
