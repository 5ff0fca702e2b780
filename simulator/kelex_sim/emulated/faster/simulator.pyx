# cython: language_level=3, cdivision=True
# Stands in for rp2040py.native._simulator: the same steps, alarms and times, instruction by instruction. What is asked
# of Python objects there at each instruction is asked here only when an alarm has rung: nothing else changes it.

from rp2040py.native._cortex_m0_core cimport CortexM0Core
from rp2040py.native._pio cimport RPPIO
from rp2040py.native._rp2040 cimport RP2040
from rp2040py.native._simulation_clock cimport ClockAlarm, SimulationClock

cdef double CYCLE_NANOS = 8.0  # 125 MHz
cdef long STEPS_MOST = 200000  # a call ends after so many; the caller asks again
cdef long ASK_EVERY = 1024


def execute_batch(simulator, tick_batch):
    """Run instructions and sleep until the next alarm, until the simulator is stopped or for a while."""
    cdef RP2040 mcu = simulator.rp2040
    cdef CortexM0Core core = mcu.core
    cdef SimulationClock clock = simulator.clock
    cdef RPPIO first, second
    cdef long left = STEPS_MOST
    cdef long long cycles
    cdef double nanos, before_nanos
    if mcu.run_pin_low:
        return
    first, second = mcu.pio
    while left:
        left -= 1
        if core.waiting:
            nanos = clock._next_alarm.nanos - clock._nanos_counter if clock._next_alarm is not None else 0.0
            clock.tick(nanos)
            cycles = <long long>(nanos / CYCLE_NANOS) or 1
            if simulator.stopped:
                left = 0
        else:
            before_nanos = clock._nanos_counter
            cycles = core.execute_instruction()
            if clock._nanos_counter != before_nanos and simulator.stopped:  # it let time pass, as flash does
                left = 0
            nanos = cycles * CYCLE_NANOS
            if clock._next_alarm is not None and clock._next_alarm.nanos <= clock._nanos_counter + nanos:
                clock.tick(nanos)
                if simulator.stopped:
                    left = 0
            else:
                clock._nanos_counter += nanos
                if left % ASK_EVERY == 0 and simulator.stopped:  # by a breakpoint
                    left = 0
        if not first.stopped:
            first.advance(cycles)
        if not second.stopped:
            second.advance(cycles)
