"""What a file may cost, and the one error that says a file cannot be read."""

from dataclasses import dataclass


class SheetError(Exception):
    """A file that cannot be read. `message` says in the active language what is wrong and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True)
class Limits:
    """Bounds checked before a file is unpacked or loaded.

    `cells` counts the rectangle a sheet spans, since that is what the reader allocates (32 bytes each).
    `cell_chars` is Excel's own bound; longer text is cut there, far above any field, so the field still refuses it.
    """

    file_bytes: int = 50 * 1024 * 1024
    unpacked_bytes: int = 500 * 1024 * 1024
    entries: int = 5_000
    entry_ratio: int = 250
    rows: int = 200_000
    columns: int = 200
    cells: int = 8_000_000
    cell_chars: int = 32_767


DEFAULT_LIMITS = Limits()
