"""What pytest leaves out where an extra is not installed."""

from __future__ import annotations

from extract.ocr import is_installed

# Modules are imported for their examples, and these cannot be without the extra `ocr`.
collect_ignore = (
    [] if is_installed() else [f"extract/ocr/{name}.py" for name in ("engine", "marks", "page", "runs")]
)
