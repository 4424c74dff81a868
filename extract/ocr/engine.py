"""The recognition engine: where text stands on a picture, and what a picture of one line says.

The only module that talks to rapidocr. Its models are those in its wheel, named by path, so that none is
ever looked for elsewhere. One engine a process, on one thread: work is shared out by process.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
import rapidocr
from rapidocr.ch_ppocr_rec import TextRecInput

from extract.errors import OcrNeeded
from extract.ocr.marks import Grey, bytes_of

_MODELS = Path(rapidocr.__file__).parent / "models"
_DETECTION = _MODELS / "PP-OCRv6_det_small.onnx"
_RECOGNITION = _MODELS / "PP-OCRv6_rec_small.onnx"
_DIRECTION = _MODELS / "ch_ppocr_mobile_v2.0_cls_mobile.onnx"
_DETECTION_DPI = 110  # text is found as well as on the whole picture, in a third of the time
_TEXT = 0.6  # text is found with 0.68 and more even on bad scans, what noise makes up with less
_NARROW = 96  # pixels: lines are filled up to this width, not to the usual 320; most cells are short
# Marks that a scan hardly ever gets wrong in a way that matters, but that the engine is unsure of.
_SOFT = frozenset(" ,，.。、;；:：()（）[]【】“”\"'‘’《》-—_·")


class Box(NamedTuple):
    """A rectangle on a picture, in pixels."""

    x0: float
    top: float
    x1: float
    bottom: float


class Reading(NamedTuple):
    """What a picture of a line says. `confidence` is that of the character that is least sure."""

    text: str
    confidence: float


@cache
def _engine() -> Any:
    """The engine, its models loaded and tried once. Raises OcrNeeded where they are not there."""
    missing = [path.name for path in (_DETECTION, _RECOGNITION, _DIRECTION) if not path.is_file()]
    if missing:
        raise OcrNeeded(
            f"文字识别缺少模型 {'、'.join(missing)}；请运行 pip install --force-reinstall 'jixiao[ocr]'"
        )
    engine = rapidocr.RapidOCR(
        params={
            "Global.log_level": "critical",
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            "Det.model_path": str(_DETECTION),
            "Det.box_thresh": _TEXT,
            "Cls.model_path": str(_DIRECTION),
            "Rec.model_path": str(_RECOGNITION),
            "Rec.rec_img_shape": [3, 48, _NARROW],
        }
    )
    sample = np.full((120, 480), 255, np.uint8)
    cv2.putText(sample, "100 %", (60, 85), cv2.FONT_HERSHEY_SIMPLEX, 2.0, (0,), 4)
    found: Any = engine(_coloured(bytes_of(sample)), use_det=True, use_cls=True, use_rec=True)
    if not found.txts:
        raise OcrNeeded("文字识别组件不能工作；请运行 pip install --force-reinstall 'jixiao[ocr]'")
    return engine


def _coloured(grey: Grey) -> Grey:
    return bytes_of(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR))


def find_text(grey: Grey, dpi: int) -> list[Box]:
    """Where lines of text stand, each with a margin, from top to bottom."""
    scale = min(1.0, _DETECTION_DPI / dpi)
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    boxes = _engine().text_det(_coloured(bytes_of(small))).boxes
    if boxes is None:
        return []
    sizes = (small.shape[1] / grey.shape[1], small.shape[0] / grey.shape[0])
    return [Box(*(corners.min(axis=0) / sizes), *(corners.max(axis=0) / sizes)) for corners in boxes]


def recognise(lines: Sequence[Grey]) -> list[Reading]:
    """What pictures of single lines say."""
    if not lines:
        return []
    pictures = [_coloured(line) for line in lines]
    found = _engine().text_rec(TextRecInput(img=pictures, return_word_box=True))
    return [
        Reading(text, _least(text, words.confs if words is not None else []))
        for text, words in zip(found.txts, found.word_results, strict=True)
    ]


def _least(text: str, confidences: Sequence[float]) -> float:
    """The confidence of the least sure character. Soft marks count only in text without hanzi, as in figures.

    >>> _least("改善，推进", [1.0, 1.0, 0.6, 1.0, 0.9]), _least("98.5", [1.0, 1.0, 0.6, 1.0])
    (0.9, 0.6)
    """
    is_prose = any(char >= "\u2e80" and char.isalpha() for char in text)
    hard = [
        confidence
        for char, confidence in zip(text, confidences, strict=False)
        if not (is_prose and char in _SOFT)
    ]
    return float(min(hard, default=1.0))


def stands_upside_down(lines: Sequence[Grey]) -> bool:
    """Do most of these lines stand on their heads?"""
    if not lines:
        return False
    found = _engine().text_cls([_coloured(line) for line in lines]).cls_res
    turned = [label == "180" and score > 0.9 for label, score in found]
    return turned.count(True) * 2 > len(turned)
