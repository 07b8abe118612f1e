"""Loopback TCP proxy that delays every chunk by D seconds each way (D set at run time over a UDP control port).
usage: delay_proxy.py LISTEN_PORT TARGET_PORT CTRL_UDP_PORT"""

import asyncio, sys, socket

D = 0.0


async def pump(r, w):
    q = asyncio.Queue()
    loop = asyncio.get_running_loop()

    async def out():
        while True:
            t, data = await q.get()
            dt = t - loop.time()
            if dt > 0:
                await asyncio.sleep(dt)
            if data is None:
                try:
                    w.write_eof()
                except Exception:
                    pass
                return
            w.write(data)
            await w.drain()

    task = asyncio.create_task(out())
    try:
        while True:
            data = await r.read(1 << 16)
            q.put_nowait((loop.time() + D, data or None))
            if not data:
                break
        await task
    except Exception:
        task.cancel()


async def main(lp, tp, cp):
    async def on(r, w):
        for x in (w,):
            x.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            r2, w2 = await asyncio.open_connection("127.0.0.1", tp)
        except OSError:
            w.close()
            return
        w2.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await asyncio.gather(pump(r, w2), pump(r2, w))
        w.close()
        w2.close()

    class C(asyncio.DatagramProtocol):
        def datagram_received(self, data, addr):
            global D
            D = float(data)
            print("delay", D, flush=True)

    await asyncio.get_running_loop().create_datagram_endpoint(C, local_addr=("127.0.0.1", cp))
    s = await asyncio.start_server(on, "127.0.0.1", lp)
    async with s:
        await s.serve_forever()


asyncio.run(main(*map(int, sys.argv[1:4])))
