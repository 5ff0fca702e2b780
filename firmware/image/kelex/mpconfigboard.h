// A Raspberry Pi Pico with Kelex frozen inside: as MicroPython's RPI_PICO, but for the last setting.
#define MICROPY_HW_BOARD_NAME "Kelex on a Raspberry Pi Pico"
#define MICROPY_HW_FLASH_STORAGE_BYTES (1408 * 1024)

// Frozen files (here that is all that runs by itself: _boot.py, boot.py, main.py) are never stopped by a byte 3 from
// the host, so there is no moment from power-up on in which Ctrl-C leads to the prompt. What is typed at the prompt in
// maintenance mode can be stopped as ever. `exec_flags` is the variable of shared/runtime/pyexec.c, read after this.
#define MICROPY_BOARD_BEFORE_PYTHON_EXEC(input_kind, exec_flags)    \
    do {                                                            \
        if ((exec_flags) & EXEC_FLAG_SOURCE_IS_RAW_CODE) {          \
            (exec_flags) |= EXEC_FLAG_NO_INTERRUPT;                 \
        }                                                           \
    } while (0)
