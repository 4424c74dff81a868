"""A page as a picture, and how pictures in files become such."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image

from extract.tables.page import Page

MOST_DPI = 300  # more adds time and no accuracy
LEAST_DPI = 150
USUAL_DPI = 200
_LONG_SIDE = 11.7  # inches of A4, which is what nearly all forms are printed on
_PLAUSIBLE = (4.0, 24.0)  # inches of the longer side of a sheet


@dataclass(frozen=True, slots=True)
class Picture:
    """A page as a picture, `number` counted from 1. `width` and `height` are in points."""

    number: int
    width: float
    height: float
    image: Image.Image  # grey
    dpi: int


PictureReader = Callable[[Picture], Page]


def picture_of(image: Image.Image, number: int) -> Picture:
    """An image as a page, in grey and in a resolution that text can be read in.

    The resolution that the file states holds if it makes a sheet of plausible size; programs write 72
    or 96 for want of a better one. Otherwise the longer side is taken for that of A4.
    """
    dpi = _dpi(image)
    grey = _grey(image)
    wanted = dpi if LEAST_DPI <= dpi <= MOST_DPI else MOST_DPI if dpi > MOST_DPI else USUAL_DPI
    if wanted != dpi:
        size = (max(1, round(grey.width * wanted / dpi)), max(1, round(grey.height * wanted / dpi)))
        grey = grey.resize(size, Image.Resampling.LANCZOS)
    return Picture(number, grey.width * 72 / wanted, grey.height * 72 / wanted, grey, wanted)


def _dpi(image: Image.Image) -> int:
    """Pixels an inch: as stated where that can be, else as if the picture were a sheet of A4."""
    stated = image.info.get("dpi", (0, 0))[0]
    longer = max(image.size)
    least, most = _PLAUSIBLE
    if stated and least <= longer / float(stated) <= most and float(stated) > 96:
        return round(float(stated))
    return max(1, round(longer / _LONG_SIDE))


def _grey(image: Image.Image) -> Image.Image:
    """The image in grey, transparent parts white."""
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        paper = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(paper, image.convert("RGBA"))
    if image.mode in ("I", "I;16", "I;16B", "F"):
        image = image.convert("F").point(lambda value: value / 257)
    return image.convert("L")
