"""One tree of exceptions. Each says what happened, where, and what to do about it.

A `DocumentError` concerns one document: the batch records its `code` and goes on. A `UsageError`
concerns the call and ends it before anything is written. All survive pickling, since they cross
process boundaries.
"""

from __future__ import annotations

from typing import ClassVar


class JixiaoError(Exception):
    """Any error of ours, with the exit code that the command ends with when it gets that far."""

    exit_code: ClassVar[int] = 1


class UsageError(JixiaoError):
    """The call cannot be carried out: a path that does not exist, an output that is no lake."""

    exit_code = 2


class DocumentError(JixiaoError):
    """One document cannot be read. `code` goes to `documents.error_code`."""

    code: ClassVar[str] = "rejected"


class EmptyDocument(DocumentError):
    """No bytes, or nothing but white space."""

    code = "empty"


class CorruptDocument(DocumentError):
    """The bytes begin like a known format and do not keep to it."""

    code = "corrupt"


class EncryptedDocument(DocumentError):
    """A password is needed."""

    code = "encrypted"


class UnsupportedDocument(DocumentError):
    """No reader for what the bytes are."""

    code = "unsupported"


class TooLarge(DocumentError):
    """The document goes over a limit that protects the run."""

    code = "too_large"


class OcrNeeded(DocumentError):
    """The document is a picture of text, or its text means nothing: only OCR can read it."""

    code = "needs_ocr"


class OfficeNeeded(DocumentError):
    """The document is of an old format that LibreOffice must convert, and no LibreOffice works here."""

    code = "needs_office"
