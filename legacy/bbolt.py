"""Reads BBolt files, in which programs written in Go keep buckets of keys and values.

How data flows: the newest of the two meta pages names the root page; branch pages lead to leaf pages, whose elements
are values, or buckets with pages of their own. Only what is reached that way counts: everything else in the file is
free or old. See page.go, bucket.go and db.go of https://github.com/etcd-io/bbolt.
"""

import struct

MAGIC, VERSION = 0xED0CDAED, 2
PAGE = struct.Struct("<QHHI")  # number, kind, elements, further pages that belong to it
META = struct.Struct("<IIIIQQQQQ")  # magic, version, page size, flags, root, sequence, free list, pages, transaction
BRANCH_ELEMENT = struct.Struct("<IIQ")  # position of the key, its size, page
LEAF_ELEMENT = struct.Struct("<IIII")  # flags, position of the key, its size, size of the value
BUCKET = struct.Struct("<QQ")  # root page, or 0 where the page stands in the value; sequence
BRANCH, LEAF = 0x01, 0x02
IS_BUCKET = 0x01
PAGE_SIZES = [1 << power for power in range(10, 17)]
#: A healthy file is a handful of levels deep.
MAX_DEPTH = 50


class NotBBolt(ValueError):
    """The file is no BBolt file, or a damaged one."""


def read(data):
    """Every bucket of a file: name -> {key: value}, all bytes; a bucket in a bucket is a dict as well."""
    size, root = _newest_meta(data)
    try:
        return _bucket(data, size, root, 0)
    except (struct.error, RecursionError, OverflowError):
        raise NotBBolt("the file is damaged: it was cut off, or copied while it was written to") from None


def is_bbolt(data):
    """Whether these bytes begin like a BBolt file."""
    return len(data) >= PAGE.size + 4 and struct.unpack_from("<I", data, PAGE.size)[0] == MAGIC


def _newest_meta(data):
    """(size of a page, root page) of the last transaction that was written completely."""
    found = {}
    for offset in [0, *PAGE_SIZES]:
        end = offset + PAGE.size + META.size
        if len(data) < end + 8:
            break
        magic, version, size, _flags, root, _sequence, _free, _pages, transaction = META.unpack_from(
            data, offset + PAGE.size
        )
        checksum = struct.unpack_from("<Q", data, end)[0]
        if (magic, version) == (MAGIC, VERSION) and checksum == _checksum(data[offset + PAGE.size : end]):
            found[transaction] = (size, root)
    if not found:
        raise NotBBolt("this is no BBolt file")
    return found[max(found)]


def _checksum(data):
    """FNV-1a, 64 bits."""
    digest = 0xCBF29CE484222325
    for byte in data:
        digest = (digest ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return digest


def _bucket(data, size, root, depth):
    return dict(_elements(data, size, root * size, depth))


def _elements(data, size, offset, depth):
    """(key, value) of each element below the page at an offset."""
    if depth > MAX_DEPTH:
        raise RecursionError
    _number, kind, count, _more = PAGE.unpack_from(data, offset)
    if kind not in (BRANCH, LEAF):
        raise struct.error("neither branch nor leaf")
    for index in range(count):
        here = offset + PAGE.size + index * LEAF_ELEMENT.size
        if kind == BRANCH:
            _position, _length, page = BRANCH_ELEMENT.unpack_from(data, here)
            yield from _elements(data, size, page * size, depth + 1)
            continue
        flags, position, key_length, length = LEAF_ELEMENT.unpack_from(data, here)
        begin = here + position
        key = data[begin : begin + key_length]
        value = data[begin + key_length : begin + key_length + length]
        if len(key) + len(value) < key_length + length:
            raise struct.error("cut off")
        if flags & IS_BUCKET:
            root, _sequence = BUCKET.unpack_from(value)
            # A small bucket has its only page behind its header.
            is_inline = not root
            nested = _elements(value, size, BUCKET.size, depth + 1) if is_inline else None
            value = dict(nested) if is_inline else _bucket(data, size, root, depth + 1)
        yield key, value
