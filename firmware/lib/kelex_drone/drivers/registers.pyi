from kelex_drone.hearing.dialect import micropython as micropython
from kelex_drone.hearing.dialect import ptr8

class ptr32(ptr8): ...
