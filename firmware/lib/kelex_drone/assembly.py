"""The parts of this board, each at its pin or address: what `drone.py` is handed."""

from kelex_drone import board
from kelex_drone.drivers.analogue import Analogue
from kelex_drone.drivers.bus import Bus
from kelex_drone.drivers.buzzer import Buzzer
from kelex_drone.drivers.contact import Contact
from kelex_drone.drivers.ina219 import Ina219
from kelex_drone.drivers.mpu6050 import Mpu6050
from kelex_drone.drivers.pixels import Pixels
from kelex_drone.drivers.relay import Relay
from kelex_drone.drivers.servo import Servo
from kelex_drone.drivers.sht31 import Sht31
from kelex_drone.drivers.vl53l0x import Vl53l0x
from kelex_drone.sensing import Sensors


def make_servos():
    """The servos, in the order of `schema.JOINTS`."""
    return [Servo(servo[0]) for servo in board.SERVOS]


def make_sensors():
    """All sensors."""
    i2c = Bus()
    return Sensors(
        bus=i2c,
        climate=Sht31(i2c, board.SHT31_ADDRESS),
        range=Vl53l0x(i2c, board.VL53L0X_ADDRESS),
        motion=Mpu6050(i2c, board.MPU6050_ADDRESS),
        current=Ina219(i2c, board.INA219_ADDRESS),
        analogue=Analogue(board.LIGHT_PIN, board.MICROPHONE_PIN, board.BATTERY_PIN),
        presence=Contact(board.PIR_PIN),
        touch=Contact(board.TOUCH_PIN),
        door=Contact(board.DOOR_PIN),
        doorbell=Contact(board.DOORBELL_PIN),
    )


def make_outputs():
    """Eye, buzzer, holo-disk."""
    return Pixels(board.EYE_PIN, board.EYE_PIXELS), Buzzer(board.BUZZER_PIN), Relay(board.HOLODISK_PIN)
