"""The host's end of an emulated Pico's USB: a cable, and a serial port that a program may have open, and may read.

Stock, rp2040py's host takes every byte at once and answers every armed OUT endpoint with an empty packet each
10 us, so that the firmware never sleeps and never waits for anybody. Here an OUT transfer is held until there are
bytes, as a real host's silence holds it, and an IN transfer while nobody reads, as a full buffer of the host's does.
"""

from rp2040py.peripherals.usb import RPUSBController
from rp2040py.usb.cdc import CDC_DTR, CDC_RTS, USBCDC

PUMP_EVERY_NANOS = 200_000  # how often the host refills a full queue
QUEUE_BYTES = 512
SETTLE_NANOS = 2_000_000  # from one control request to the next, which would overwrite it


class UsbHost:
    """`received` is what the host has read. `is_ready` says whether the board's serial port is there to be opened."""

    def __init__(self, controller: RPUSBController) -> None:
        self.received = bytearray()
        self.is_ready = False
        self._controller = controller
        self._pending = bytearray()
        self._is_open = True
        self._reads = True
        self._held_out: int | None = None  # size of the OUT transfer that is armed and not answered yet
        self._held_in = bytearray()  # what the board has sent and nobody has read
        self._unconfirmed = 0  # how many IN transfers that were
        self._port = USBCDC(controller)
        self._port.on_serial_data = self._on_serial_data
        self._port.on_device_connected = self._on_ready
        self._control = self._port._cdc_set_control_line_state
        self._port._cdc_set_control_line_state = self._set_lines
        self._answer_out = controller.on_endpoint_read
        controller.on_endpoint_read = self._on_endpoint_read
        self._indicate = controller._indicate_buffer_ready
        controller._indicate_buffer_ready = self._on_buffer_ready
        clock = controller.rp2040.clock
        self._pump_alarm = clock.create_alarm(self._pump)
        self._lines_alarm = clock.create_alarm(self._update_lines)

    # The program on the host

    def send(self, data: bytes) -> None:
        """Queue bytes; they go out as the board takes them."""
        idle = not self._pending
        self._pending += data
        if idle:
            self._pump()

    def open(self, is_open: bool) -> None:
        """A program opens the port, or closes it: the board sees it by DTR. A closed port is not read."""
        if is_open != self._is_open:
            self._is_open = is_open
            if self.is_ready:
                self._lines_alarm.schedule(SETTLE_NANOS)
            if not is_open:
                self._forget_unsent()
            self._resume()

    def read(self, reads: bool) -> None:
        """From now on the program reads what comes, or it does not, and the host's buffers are full."""
        self._reads = reads
        self._resume()

    # The cable

    def unplug(self) -> None:
        """Pull the cable. The board goes on, by a battery."""
        self._port._on_controller_reset()
        self.went_away()
        self._controller._set_connected(False)
        self._controller._sie_status_updated()

    def plug(self) -> None:
        """Put it back; the board is greeted as one that is new."""
        self._controller._set_connected(True)
        self._controller._sie_status_updated()
        self._controller.reset_device()

    def went_away(self) -> None:
        """The board has left the bus: nothing that was on its way outlives that."""
        self.is_ready = False
        self._held_out = None
        self._held_in.clear()
        self._unconfirmed = 0
        self._forget_unsent()

    # The seams to rp2040py

    def _on_ready(self) -> None:
        self.is_ready = True

    def _set_lines(self, value: int | None = None, interface_number: int | None = None) -> None:
        opened = CDC_DTR | CDC_RTS if self._is_open else 0
        self._control(opened if value is None else value, interface_number)

    def _update_lines(self) -> None:
        if self.is_ready:
            self._set_lines()

    def _forget_unsent(self) -> None:
        self._pending.clear()
        self._port.tx_fifo.reset()

    def _is_read(self) -> bool:
        return self._reads and self._is_open

    def _resume(self) -> None:
        if self._is_read() and self._unconfirmed:
            self.received += self._held_in
            self._held_in.clear()
            self._unconfirmed = 0
            self._indicate(self._port._in_endpoint, False)

    def _on_buffer_ready(self, endpoint: int, out: bool) -> None:
        if endpoint == self._port._in_endpoint and not out and not self._is_read():
            self._unconfirmed += 1
        else:
            self._indicate(endpoint, out)

    def _on_serial_data(self, data: bytes) -> None:
        (self._held_in if self._unconfirmed else self.received).extend(data)

    def _on_endpoint_read(self, endpoint: int, size_bytes: int) -> None:
        if endpoint == self._port._out_endpoint and not self._port.tx_fifo.item_count:
            self._held_out = size_bytes
        else:
            self._answer_out(endpoint, size_bytes)

    def _pump(self) -> None:
        queue = self._port.tx_fifo
        room = QUEUE_BYTES - queue.item_count
        for byte in self._pending[:room]:
            queue.push(byte)
        del self._pending[:room]
        if self._held_out is not None and queue.item_count:
            size_bytes, self._held_out = self._held_out, None
            self._answer_out(self._port._out_endpoint, size_bytes)
        if self._pending:
            self._pump_alarm.schedule(PUMP_EVERY_NANOS)
