from kelex_drone.dialect import micropython as micropython
from kelex_drone.dialect import ptr8

class ptr32(ptr8): ...
