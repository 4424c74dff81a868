"""Time of the workbook reader on a form, as ratios to bare calamine (the floor) and to openpyxl and xlrd.

The floor reads values and merges and nothing else: no number formats, no cells with places. Run it with
`uv run python -m benchmarks.workbook_reader`; the ratios are to be compared, not the milliseconds.
"""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import openpyxl
import python_calamine
import xlrd  # type: ignore[import-untyped]

from benchmarks.docx_reader import best
from extract.document import Source, Table
from extract.readers.workbook import read
from tests.extract.workbook_builder import Drawn, Placed, as_xls, as_xlsx, form
from tests.forms import printer

ROUNDS = 60
SLOW_ROUNDS = 5
TARGET = 3.0


def floor(data: bytes) -> object:
    """All values and merges of all sheets, as calamine gives them."""
    book = python_calamine.load_workbook(BytesIO(data))
    sheets = [book.get_sheet_by_index(number) for number in range(len(book.sheet_names))]
    return [(sheet.to_python(), sheet.merged_cell_ranges) for sheet in sheets]


def with_openpyxl(data: bytes) -> object:
    """All values and number formats by openpyxl."""
    book = openpyxl.load_workbook(BytesIO(data))
    return [[(cell.value, cell.number_format) for row in sheet.iter_rows() for cell in row] for sheet in book]


def with_xlrd(data: bytes) -> object:
    """All values by xlrd, formats and merges read too."""
    book = xlrd.open_workbook(file_contents=data, formatting_info=True)
    return [[sheet.row_values(row) for row in range(sheet.nrows)] for sheet in book.sheets()]


def samples() -> dict[str, list[Drawn]]:
    """A form as it mostly comes, and a workbook of forty."""
    one = form(*printer.make("L1", 1, sparse=False))
    many = [Drawn(f"项目{seed}", form(*printer.make("L1", seed, sparse=False))) for seed in range(40)]
    list_ = [Placed(row, column, row * column + 0.5, "0.00") for row in range(2000) for column in range(20)]
    return {"one form": [Drawn(cells=one)], "forty forms": many, "list of 2000 rows": [Drawn(cells=list_)]}


def main() -> None:
    """Print the table."""
    for name, sheets in samples().items():
        for kind, write, peer in (("xlsx", as_xlsx, with_openpyxl), ("xls", as_xls, with_xlrd)):
            compare(f"{name}, {kind}", write(*sheets), peer)


def compare(name: str, data: bytes, peer: Callable[[bytes], object]) -> None:
    """Print the times of the floor, of this reader and of a peer on one file."""
    source = Source("a", "", "", len(data))
    cells = sum(len(block.cells) for block in read(data, source).blocks if isinstance(block, Table))
    rounds = ROUNDS if cells < 1000 else SLOW_ROUNDS
    floor_ms = best(lambda: floor(data), rounds)
    reader_ms = best(lambda: read(data, source), rounds)
    peer_ms = best(lambda: peer(data), SLOW_ROUNDS)
    print(f"{name}: {cells} cells")
    for what, ms in (("floor: calamine", floor_ms), ("this reader", reader_ms), (peer.__name__, peer_ms)):
        print(f"    {what:<18}{ms:9.2f} ms {ms / floor_ms:8.1f} × floor")
    verdict = "kept" if reader_ms <= TARGET * floor_ms else "MISSED"
    print(
        f"    target {TARGET:.0f} × floor {verdict}; {peer_ms / reader_ms:.1f} × faster than {peer.__name__}"
    )


if __name__ == "__main__":
    main()
