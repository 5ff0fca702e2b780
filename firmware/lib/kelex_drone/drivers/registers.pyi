from kelex_wire.dialect import micropython as micropython
from kelex_wire.dialect import ptr8

class ptr32(ptr8): ...
