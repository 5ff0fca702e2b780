"""Pins and limits of the board, as `hardware/board.toml` states them (a test compares the two)."""

I2C_BUS = 0
I2C_SDA = 4
I2C_SCL = 5
I2C_HZ = 400000

SHT31_ADDRESS = 0x44
PIR_PIN = 22
TOUCH_PIN = 15

SERVO_HZ = 50
SERVO_CENTRE_NS = 1500000
# Nanoseconds of pulse for 9000 centidegrees (a quarter turn).
SERVO_QUARTER_NS = 1000000

# In the order of `schema.JOINTS`: GPIO, lowest and highest angle (cdeg), speed (cdeg/s), acceleration (cdeg/s2).
SERVOS = (
    (6, -9000, 9000, 18000, 90000),
    (7, -3000, 4500, 12000, 60000),
    (8, -9000, 9000, 18000, 90000),
    (9, 0, 9000, 18000, 90000),
    (10, 0, 6000, 18000, 90000),
    (11, -9000, 9000, 18000, 90000),
    (12, 0, 9000, 18000, 90000),
    (13, 0, 6000, 18000, 90000),
)
