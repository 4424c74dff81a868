"""Scans: printed pages as a scanner hands them on, askew, noisy, speckled and compressed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

import numpy as np
import pypdfium2
from PIL import Image, ImageFilter

from tests.extract.pdf_builder import Style, form_pdf
from tests.forms.printer import Sheet

DPI = 200


@dataclass(frozen=True)
class Wear:
    """What a scan does to a page: `skew` in degrees counter-clockwise, `noise` as a standard deviation."""

    skew: float = 0.0
    noise: float = 0.0
    specks: float = 0.0
    quality: int = 0
    contrast: float = 1.0


CLEAN = Wear()
SCANNED = Wear(skew=0.7, noise=10, specks=0.0004, quality=60, contrast=0.92)
TILTED = Wear(skew=-1.0, noise=10, specks=0.0004, quality=60, contrast=0.92)
BAD = Wear(skew=1.8, noise=20, specks=0.0004, quality=40, contrast=0.7)


def pages(pdf: bytes, wear: Wear = CLEAN, *, dpi: int = DPI) -> list[Image.Image]:
    """The pages of a PDF as scanned; the same every time."""
    document = pypdfium2.PdfDocument(pdf)
    return [
        worn(page.render(scale=dpi / 72, grayscale=True).to_pil(), wear, seed)
        for seed, page in enumerate(document)
    ]


def worn(page: Image.Image, wear: Wear, seed: int = 0) -> Image.Image:
    if wear.skew:
        page = page.rotate(wear.skew, Image.Resampling.BICUBIC, fillcolor=255)
    if wear.noise:
        dice = np.random.default_rng(seed)
        page = page.filter(ImageFilter.GaussianBlur(0.6))
        grey = 250 - (250 - np.asarray(page, dtype=float)) * wear.contrast
        grey += dice.normal(0, wear.noise, grey.shape)
        grey[dice.random(grey.shape) < wear.specks] = 40
        page = Image.fromarray(grey.clip(0, 255).astype(np.uint8))
    if wear.quality:
        page = Image.open(BytesIO(saved(page, "JPEG", quality=wear.quality)))
        page.load()
    return page


def saved(page: Image.Image, kind: str, **options: object) -> bytes:
    out = BytesIO()
    page.save(out, kind, dpi=(DPI, DPI), **options)
    return out.getvalue()


def as_tiff(scans: Sequence[Image.Image]) -> bytes:
    """All pages in one file."""
    return saved(scans[0], "TIFF", save_all=True, append_images=list(scans[1:]))


def as_pdf(scans: Sequence[Image.Image]) -> bytes:
    """A PDF of pictures, without any text."""
    out = BytesIO()
    scans[0].save(out, "PDF", resolution=DPI, save_all=True, append_images=list(scans[1:]))
    return out.getvalue()


SMALL = Sheet(3)
SMALL.row(("项目名称", 1), ("农村道路养护", 2))
SMALL.row(("绩效指标", 1, 3), ("合格率", 1), ("≥95%", 1))
SMALL.row(("完成时限", 1), ("14天", 1), start=1)
SMALL.row(("补助标准", 1), ("—", 1), start=1)


def small_page(wear: Wear = CLEAN) -> Image.Image:
    """`SMALL` on a small sheet, merged cells, a dash and characters below one another among it."""
    style = Style(page=(360.0, 240.0), margin=40.0, size=12, leading=16, upright=("绩效指标",), foot="")
    return pages(form_pdf(SMALL, "项目支出绩效目标表", style=style), wear)[0]
