"""Names of the Word vocabulary as lxml writes them, and the one way it writes yes and no."""

from __future__ import annotations

from docx.oxml.ns import nsmap
from lxml import etree

_WORD = nsmap["w"]
_MARKUP = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_MATH = "http://schemas.openxmlformats.org/officeDocument/2006/math"


def w(name: str) -> str:
    """The full name of an element or attribute of the main vocabulary."""
    return f"{{{_WORD}}}{name}"


VAL = w("val")
DOCUMENT, BODY = w("document"), w("body")
P, P_PR, R, R_PR, T = w("p"), w("pPr"), w("r"), w("rPr"), w("t")
TBL, TR, TR_PR, TC, TC_PR = w("tbl"), w("tr"), w("trPr"), w("tc"), w("tcPr")
MATH_T = f"{{{_MATH}}}t"
ALTERNATE = f"{{{_MARKUP}}}AlternateContent"
CHOICE = f"{{{_MARKUP}}}Choice"
FALLBACK = f"{{{_MARKUP}}}Fallback"


def is_on(element: etree._Element | None) -> bool:
    """Is a switch on? The element alone says yes, its value may say no, absence says no."""
    return element is not None and element.get(VAL, "1") not in {"0", "false", "off"}
