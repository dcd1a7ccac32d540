"""Turn the bytes of a text file into text, or say why that cannot be done.

UTF-8 is read, and UTF-16 that begins with a byte order mark. Nothing is guessed: a legacy encoding read wrongly would
put mojibake into citations for good, so such a file is refused with the command that converts it. Line ends stay.
"""

from __future__ import annotations

import codecs
from typing import Final

from index.errors import UnreadableFile

_CONVERT: Final = "convert it to UTF-8 first, for example: iconv -f WINDOWS-1258 -t UTF-8 OLD > NEW"
_UTF16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_UTF32: Final = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_SAMPLE_BYTES: Final = 4096


def decode(data: bytes, source: str) -> str:
    """Return the text of `data`, without a byte order mark.

    Raises UnreadableFile when the bytes are binary, of another encoding, or hold nothing but white space.
    """
    text = _decoded(data, source)
    if "\0" in text:
        raise UnreadableFile(
            f"{source}: not a text file (a NUL character at offset {text.index(chr(0))})",
            hint="only text and Markdown files can be read; export the file as text first",
        )
    if not text.strip():
        raise UnreadableFile(f"{source}: the file holds no text", hint="leave it out, or check that it was saved")
    return text


def _decoded(data: bytes, source: str) -> str:
    if data.startswith(_UTF32):
        raise UnreadableFile(f"{source}: UTF-32 is not read", hint="convert it: iconv -f UTF-32 -t UTF-8 OLD > NEW")
    encoding = "utf-16" if data.startswith(_UTF16) else "utf-8-sig"
    if encoding != "utf-16":
        _refuse_unmarked_utf16(data, source)
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        # The codec counts from behind the mark it dropped; a person with a hex viewer counts from the file's start.
        dropped = len(codecs.BOM_UTF8) if data.startswith(codecs.BOM_UTF8) else 0
        offset = error.start + dropped
        if b"\0" in data and encoding != "utf-16":
            raise UnreadableFile(
                f"{source}: not a text file (a NUL byte at offset {data.index(0)})",
                hint="only text and Markdown files can be read; export the file as text first",
            ) from error
        name = "UTF-16" if encoding == "utf-16" else "UTF-8"
        raise UnreadableFile(
            f"{source}: not valid {name} (byte 0x{data[offset]:02x} at offset {offset})", hint=_CONVERT
        ) from error


def _refuse_unmarked_utf16(data: bytes, source: str) -> None:
    """Name UTF-16 that lacks its mark for what it likely is: "not a text file" would be no help to who sees a text.

    In UTF-16 every letter up to ÿ has a NUL for its upper byte, which is most of a Vietnamese text, and few have one
    for their lower byte (U+0300 has, the grave accent of NFD). What is refused here would be refused for its NUL too.
    """
    sample = data[:_SAMPLE_BYTES]
    pairs = len(sample) // 2
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    nuls = max(even, odd)
    if len(data) % 2 or not nuls or 2 * nuls < pairs or 3 * min(even, odd) > nuls:
        return
    name = "UTF-16LE" if odd > even else "UTF-16BE"
    raise UnreadableFile(
        f"{source}: likely {name} without a byte order mark (a NUL in {nuls} of the first {pairs} pairs of bytes)",
        hint=f"save it as UTF-8, or convert it: iconv -f {name} -t UTF-8 OLD > NEW",
    )
