"""The page layer of Ogg files, as far as reproducible files need it."""

_HEADER = 27  # bytes of a page header before its table of segment lengths
_SERIAL = slice(14, 18)
_CHECKSUM = slice(22, 26)
_POLYNOMIAL = 0x04C11DB7


def with_serial(data: bytes, serial: int = 0) -> bytes:
    """An Ogg file of one stream with another serial number, 0 <= serial < 2**32.

    Encoders draw that number at random, although it matters only between streams of one file; fixing it makes the
    bytes reproducible. Raises `ValueError` when `data` is not a sequence of Ogg pages.
    """
    pages = []
    start = 0
    while start < len(data):
        end = _page_end(data, start)
        page = bytearray(data[start:end])
        page[_SERIAL] = serial.to_bytes(4, "little")
        page[_CHECKSUM] = bytes(4)  # the checksum is computed with itself as zero
        page[_CHECKSUM] = _checksum(page).to_bytes(4, "little")
        pages.append(page)
        start = end
    return b"".join(pages)


def _page_end(data: bytes, start: int) -> int:
    segments_at = start + _HEADER
    if data[start : start + 4] != b"OggS" or segments_at > len(data):
        raise ValueError(f"no Ogg page at byte {start}")
    body_at = segments_at + data[segments_at - 1]
    end = body_at + sum(data[segments_at:body_at])
    if end > len(data):
        raise ValueError(f"the Ogg page at byte {start} is cut short")
    return end


def _checksum(page: bytes | bytearray) -> int:
    """Return Ogg's CRC-32 of a page: most significant bit first, no inversions."""
    crc = 0
    for byte in page:
        crc = (crc << 8 & 0xFFFFFFFF) ^ _TABLE[crc >> 24 ^ byte]
    return crc


def _table_entry(byte: int) -> int:
    crc = byte << 24
    for _ in range(8):
        crc = crc << 1 ^ (_POLYNOMIAL if crc & 0x80000000 else 0)
    return crc & 0xFFFFFFFF


_TABLE = tuple(_table_entry(byte) for byte in range(256))
