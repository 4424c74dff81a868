"""Time of converting old Word documents many at once, as a ratio to one after another.

Run it with `uv run python -m benchmarks.office_batch`; it needs LibreOffice.
"""

from __future__ import annotations

import sys
import time

from benchmarks.docx_reader import form
from extract import office
from extract.document import Source
from extract.readers import read
from tests.extract.docx_builder import table_docx
from tests.extract.office_builder import saved_as

DOCUMENTS = 60
SINGLY = 5
TARGET = 5.0


def milliseconds(documents: list[tuple[bytes, Source]], batch: int) -> float:
    """Of wall time for one document."""
    start = time.perf_counter()
    results = office.convert(documents, batch=batch)
    assert all(isinstance(result, bytes) for result in results.values()), results
    return (time.perf_counter() - start) * 1000 / len(documents)


def main() -> None:
    if not office.available():
        sys.exit("LibreOffice (soffice) is not there; install libreoffice-writer")
    made = saved_as("doc", [table_docx(form(12 + number % 3)) for number in range(DOCUMENTS)])
    documents = [
        (data, Source(f"{number}.doc", str(number), "application/msword", len(data)))
        for number, data in enumerate(made)
    ]
    office.convert(documents[:1])  # the first start reads LibreOffice from the disk
    singly = milliseconds(documents[:SINGLY], 1)
    print(f"{'one after another':<22}{singly:8.0f} ms a document")
    ratios = {}
    for batch in (5, 10, 20, 30):
        ms = milliseconds(documents, batch)
        ratios[batch] = singly / ms
        print(f"{f'{batch} at once':<22}{ms:8.0f} ms a document {ratios[batch]:6.1f} × faster")
    data, source = documents[0]
    converted = office.convert([(data, source)])[source.sha256]
    start = time.perf_counter()
    read(data, source, converted)
    print(f"{'reading the result':<22}{(time.perf_counter() - start) * 1000:8.1f} ms")
    kept = ratios[office.BATCH] >= TARGET
    print(f"{office.BATCH} at once, target {TARGET:.0f} × faster: {'kept' if kept else 'MISSED'}")


if __name__ == "__main__":
    main()
