"""The embedded broker's child process: `python -m kelex_host.shells.embedded_broker_child --port N`.

It says "ready N" once it listens, and ends at a word on its standard input, or with that, or with its parent. Codes:
0 stopped, 1 failed, EXIT_PORT_TAKEN.
"""

from __future__ import annotations

import argparse
import asyncio
import errno
import gc
import logging
import os
import signal
import sys

from kelex_host.shells.embedded_broker import EXIT_PORT_TAKEN, HOST, LINGER_S

PARENT_CHECK_S = 1.0


async def serve(port: int) -> int:
    """Run the broker until a word on standard input, its end, or the parent's; returns the exit code."""
    # Here and not above: `main` first makes us deaf to Ctrl-C, and this takes a while.
    from amqtt.broker import Broker
    from amqtt.contexts import BrokerConfig, ListenerConfig
    from amqtt.errors import BrokerError as AmqttError
    from amqtt.session import Session

    stop, orphaned = asyncio.Event(), asyncio.Event()
    amqtt_log = logging.getLogger("amqtt")
    amqtt_log.setLevel(logging.CRITICAL)  # a taken port is no problem to print a traceback for

    class HouseBroker(Broker):  # type: ignore[misc]  # amqtt is not typed
        async def _publish_retained_messages_for_subscription(
            self, subscription: tuple[str, int], session: Session
        ) -> None:
            # amqtt also calls this for every client that connects, with the filters of all the others. The
            # filter of a real subscription is listed before this is called for it.
            if any(one is session for one, _ in self._subscriptions.get(subscription[0], ())):
                await super()._publish_retained_messages_for_subscription(subscription, session)

    broker = HouseBroker(
        BrokerConfig(
            listeners={"default": ListenerConfig(bind=f"{HOST}:{port}")},
            plugins={"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}},
        )
    )
    try:
        await broker.start()
    except AmqttError as error:
        if isinstance(error.__cause__, OSError) and error.__cause__.errno == errno.EADDRINUSE:
            return EXIT_PORT_TAKEN
        print(f"embedded broker: {error}", file=sys.stderr)
        return 1
    amqtt_log.setLevel(logging.ERROR)
    # What is there now stays: a full collection would else go through all of it, 10 ms in the midst of a message.
    gc.freeze()
    print(f"ready {port}", flush=True)
    await _until_stopped(stop, orphaned)
    if orphaned.is_set():
        await asyncio.sleep(LINGER_S)
    logging.disable()  # amqtt and asyncio would call the end of the broker's tasks an error
    return 0


async def _until_stopped(stop: asyncio.Event, orphaned: asyncio.Event) -> None:
    loop, parent = asyncio.get_running_loop(), os.getppid()

    def read_input() -> None:
        if os.read(0, 4096):
            stop.set()
        else:
            loop.remove_reader(0)
            orphaned.set()

    try:
        loop.add_reader(0, read_input)
    except PermissionError:  # a plain file or /dev/null: nobody holds the other end
        orphaned.set()
    waits = [asyncio.create_task(event.wait()) for event in (stop, orphaned)]
    try:
        while not stop.is_set() and not orphaned.is_set():
            await asyncio.wait(waits, timeout=PARENT_CHECK_S, return_when=asyncio.FIRST_COMPLETED)
            # A sibling that inherited the pipe would keep it open after the parent's death.
            if os.getppid() != parent:
                orphaned.set()
    finally:
        for wait in waits:
            wait.cancel()


def main() -> int:
    """Read the command line and serve; returns the exit code."""
    parser = argparse.ArgumentParser(description="An MQTT broker that ends with its standard input.")
    parser.add_argument("--port", type=int, required=True)
    port: int = parser.parse_args().port
    logging.basicConfig(format="embedded broker: %(message)s")
    if not sys.stdin.isatty():
        # Ctrl-C, and a service manager's SIGTERM, reach all processes; the parent still has to publish "offline"
        # through us. It ends us by a word on standard input.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    return asyncio.run(serve(port))


if __name__ == "__main__":
    sys.exit(main())
