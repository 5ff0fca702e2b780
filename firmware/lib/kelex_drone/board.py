"""Pins and limits of the board, as `hardware/board.toml` states them (a test compares the two)."""

I2C_BUS = 0
I2C_SDA = 4
I2C_SCL = 5
I2C_HZ = 400000

SHT31_ADDRESS = 0x44
VL53L0X_ADDRESS = 0x29
MPU6050_ADDRESS = 0x68
INA219_ADDRESS = 0x40

TOUCH_PIN = 15
PIR_PIN = 22
DOOR_PIN = 14
DOORBELL_PIN = 16
EYE_PIN = 17
BUZZER_PIN = 18
HOLODISK_PIN = 19
MICROPHONE_PIN = 26
LIGHT_PIN = 27
BATTERY_PIN = 28

EYE_PIXELS = 8

# Millivolts of the pack at rest, and percent left.
BATTERY_CURVE = (
    (6000, 0),
    (6800, 5),
    (7200, 20),
    (7400, 40),
    (7600, 60),
    (7900, 80),
    (8400, 100),
)

SERVO_HZ = 50
SERVO_CENTRE_NS = 1500000
# Nanoseconds of pulse for 9000 centidegrees (a quarter turn).
SERVO_QUARTER_NS = 1000000
# What one servo draws: at rest at most, in motion at most, turning at least; and what all of them may be off by.
SERVO_IDLE_MOST_MA = 15
SERVO_MOVING_MOST_MA = 300
SERVO_TURNING_LEAST_MA = 25
SERVO_SLACK_MA = 80

# In the order of `schema.JOINTS`: GPIO, lowest and highest angle (cdeg), speed (cdeg/s), acceleration (cdeg/s2), jerk
# (cdeg/s3).
SERVOS = (
    (6, -9000, 9000, 18000, 180000, 4500000),
    (7, -3000, 4500, 12000, 120000, 3000000),
    (8, -9000, 9000, 18000, 180000, 4500000),
    (9, 0, 9000, 18000, 180000, 4500000),
    (10, 0, 6000, 18000, 180000, 4500000),
    (11, -9000, 9000, 18000, 180000, 4500000),
    (12, 0, 9000, 18000, 180000, 4500000),
    (13, 0, 6000, 18000, 180000, 4500000),
)
# Those that gravity does not move: without pulses they stay in any position, the others in their rest pose only.
BALANCED = (1, 0, 0, 0, 1, 0, 0, 1)
