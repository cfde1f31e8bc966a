"""What CSV and JSON Lines have in common: they are UTF-8 text, and a mistake is named by its row."""

from __future__ import annotations

import codecs
from pathlib import Path

from workbench.kernel.errors import Invalid

CHUNK = 4 << 20
LONGEST_ROW = 16 << 20
MOST_COLUMNS = 2_000
_OTHER_MARKS = {codecs.BOM_UTF16_LE: "UTF-16", codecs.BOM_UTF16_BE: "UTF-16", codecs.BOM_UTF32_LE: "UTF-32"}


def check_text(path: Path) -> int:
    """Read through the file once and count its double quotes. Raises `Invalid` if it is empty or not UTF-8 text."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    seen = lines = quotes = 0
    blank = True
    with path.open("rb") as content:
        while chunk := content.read(CHUNK):
            if not seen:
                _refuse_other_marks(chunk)
            try:
                text = decoder.decode(chunk)
            except UnicodeDecodeError as error:
                # The decoder may hold back the start of a split character: positions count from there.
                held = len(error.object) - len(chunk)
                at = error.start - held
                row = lines + chunk.count(b"\n", 0, max(at, 0)) + 1
                raise _not_utf8(error.object[error.start], seen + at, row) from None
            if (nul := chunk.find(b"\0")) >= 0:
                row = lines + chunk.count(b"\n", 0, nul) + 1
                raise Invalid(
                    f"Byte {seen + nul} is a NUL, which text never holds.", row=row, fix="Save the file as UTF-8 text."
                )
            blank = blank and not text.strip("\ufeff \t\r\n")
            lines += chunk.count(b"\n")
            quotes += chunk.count(b'"')
            seen += len(chunk)
    if blank:
        raise Invalid("The file is empty.", field="file", fix="Choose a file with at least one row.")
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise _not_utf8(error.object[error.start], seen - len(error.object), lines + 1) from None
    return quotes


def _not_utf8(byte: int, at: int, row: int) -> Invalid:
    return Invalid(
        f"The file is not UTF-8: byte {at} is 0x{byte:02x}.",
        row=row,
        fix="Save it with the encoding UTF-8 and try again.",
    )


def _refuse_other_marks(start: bytes) -> None:
    for mark, name in _OTHER_MARKS.items():
        if start.startswith(mark):
            raise Invalid(f"The file is {name}; UTF-8 is expected.", row=1, fix="Save it with the encoding UTF-8.")
