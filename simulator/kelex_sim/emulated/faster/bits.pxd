# The arithmetic of rp2040py.native._bit for the C compiler to put in place: across modules it cannot.

cdef inline unsigned int u32(long long n) noexcept:
    return <unsigned int>n


cdef inline int s32(long long n) noexcept:
    return <int><unsigned int>n


cdef inline unsigned short read_uint16_le(const unsigned char[:] buffer, Py_ssize_t at) noexcept:
    return buffer[at] | buffer[at + 1] << 8


cdef inline unsigned int read_uint32_le(const unsigned char[:] buffer, Py_ssize_t at) noexcept:
    return buffer[at] | buffer[at + 1] << 8 | buffer[at + 2] << 16 | <unsigned int>buffer[at + 3] << 24


cdef inline void write_uint16_le(unsigned char[:] buffer, Py_ssize_t at, unsigned int value) noexcept:
    buffer[at] = value & 0xFF
    buffer[at + 1] = value >> 8 & 0xFF


cdef inline void write_uint32_le(unsigned char[:] buffer, Py_ssize_t at, unsigned long long value) noexcept:
    buffer[at] = value & 0xFF
    buffer[at + 1] = value >> 8 & 0xFF
    buffer[at + 2] = value >> 16 & 0xFF
    buffer[at + 3] = value >> 24 & 0xFF


# Whether a branch with this condition is taken (ARMv6-M Architecture Reference Manual, A6.3).
cdef inline bint holds(unsigned int condition, bint n, bint z, bint c, bint v) noexcept:
    cdef unsigned int kind = condition >> 1
    cdef bint so
    if kind == 0:
        so = z
    elif kind == 1:
        so = c
    elif kind == 2:
        so = n
    elif kind == 3:
        so = v
    elif kind == 4:
        so = c and not z
    elif kind == 5:
        so = n == v
    elif kind == 6:
        so = n == v and not z
    else:
        return True
    return not so if condition & 1 else so  # a flag that is set may be any number but zero
