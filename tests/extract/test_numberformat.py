"""Number formats: what Excel and WPS show for a stored number."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.readers.numberformat import BUILT_IN, render, render_text


@pytest.mark.parametrize(
    ("number", "code", "shown"),
    [
        (0.95, "0%", "95%"),
        (0.9826, "0.00%", "98.26%"),
        (1, "0%", "100%"),
        (0.285, "0%", "29%"),  # half up, of the figures and not of the binary fraction
        (2.675, "0.00", "2.68"),
        (24.5, "0.00", "24.50"),
        (24.5, "General", "24.5"),
        (24, "General", "24"),
        (0, "General", "0"),
        (-0.5, "General", "-0.5"),
        (0.1 + 0.2, "General", "0.3"),
        (1 / 3, "General", "0.3333333333"),
        (123456789012345, "General", "123456789012345"),
        (1e16, "General", "1E+16"),
        (1e-12, "General", "1E-12"),
        (24.5, "G/通用格式", "24.5"),
        (24.5, 'General"万元"', "24.5万元"),
        (24.5, '0.00"万元"', "24.50万元"),
        (24.5, "0.00万元", "24.50万元"),
        (1234567.891, "#,##0.00", "1,234,567.89"),
        (999, "#,##0", "999"),
        (1000, "#,##0", "1,000"),
        (-1234.5, "#,##0.00", "-1,234.50"),
        (-1234.5, "#,##0.00;[Red]-#,##0.00", "-1,234.50"),
        (-1234.5, "#,##0.00_);(#,##0.00)", "(1,234.50)"),
        (1234567, '0.00,,"百万"', "1.23百万"),
        (12345.6, '0.00,"千元"', "12.35千元"),
        (245000, '0!.0,"万元"', "24.5万元"),
        (5, "0#", "05"),
        (7, "000", "007"),
        (5.5, "#.##", "5.5"),
        (5, "0.#", "5."),
        (0.5, "#.00", ".50"),
        (12.5, ".00", "12.50"),
        (0, "#", ""),
        (1.5, "0.0??", "1.5"),
        (86, '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', "86.00"),
        (0, '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', "-"),
        (86.5, "[$¥-804]#,##0.00", "¥86.50"),
        (86.5, "￥#,##0.00", "￥86.50"),
        (-86.5, "¥#,##0.00", "-¥86.50"),
        (13912345678, "000-0000-0000", "139-1234-5678"),
        (3, '"第"0"季度"', "第3季度"),
        (3, "\\第0\\季", "第3季"),
        (0.5, ";;;", ""),
        (5, '[>=100]"高";[>=10]"中";"低"', "低"),
        (50, '[>=100]"高";[>=10]"中";"低"', "中"),
        (1, '"是";;"否"', "是"),
        (0, '"是";;"否"', "否"),
        (12345, "0.00E+00", "1.23E+04"),
        (0.00012, "0.0E-00", "1.2E-04"),
        (45291, "yyyy/m/d", "2023/12/31"),
        (45291, "yyyy-mm-dd", "2023-12-31"),
        (45291, 'yyyy"年"m"月"d"日"', "2023年12月31日"),
        (45291, '[$-804]yyyy"年"m"月"d"日";@', "2023年12月31日"),
        (45291, "yyyy年mm月", "2023年12月"),
        (45291, "[DBNum1]yyyy年", "2023年"),
        (45291, "yy.m.d", "23.12.31"),
        (45291, "e-mm", "2023-12"),
        (45291, "d-mmm-yy", "31-Dec-23"),
        (45291, "aaaa", "星期日"),
        (45291, 'm"月"d"日" aaa', "12月31日 日"),
        (45291, "dddd", "Sunday"),
        (45291.5, "yyyy/m/d h:mm", "2023/12/31 12:00"),
        (45291.75, "h:mm AM/PM", "6:00 PM"),
        (45291.25, '上午/下午h"时"mm"分"', "上午6时00分"),
        (0.127777777777777, "h:mm", "3:04"),
        (0.127777777777777, "mm:ss", "04:00"),
        (1.25, "[h]:mm:ss", "30:00:00"),
        (1.25, "[h]", "30"),
        (0.5000058, "mm:ss.0", "00:00.5"),
        (59, "yyyy/m/d", "1900/2/28"),
        (61, "yyyy/m/d", "1900/3/1"),
        (-1, "yyyy/m/d", "-1"),
        (1e9, "yyyy/m/d", "1000000000"),
        (1.25, "# ?/?", "1 1/4"),
        (24.5, "@", "24.5"),
        (24.5, "", "24.5"),
        (24.5, "0" * 300, "24.5"),
    ],
)
def test_numbers_as_shown(number: float, code: str, shown: str) -> None:
    assert render(number, code) == shown


def test_dates_of_the_other_calendar() -> None:
    assert render(43829, "yyyy/m/d", since_1904=True) == "2023/12/31"


def test_what_is_no_number_is_refused() -> None:
    for text in ("业务费", "nan", "inf", ""):
        with pytest.raises(ValueError):  # noqa: PT011  its words are the library's
            render(text, "0.00")


def test_texts() -> None:
    assert render_text("无", "General") == "无"
    assert render_text("无", "@") == "无"
    assert render_text("业务", '@"费"') == "业务费"
    assert render_text("业务", '0.00;-0.00;0;"项目："@') == "项目：业务"


@pytest.mark.parametrize("code", BUILT_IN.values())
def test_every_built_in_format_shows_something(code: str) -> None:
    assert render(12.5, code)


@given(
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.sampled_from('0#?.,%;"\\_*[]@yYmMdhHsSeE+-/$¥元 >=<1'), max_size=20),
)
def test_any_code_is_survived(number: float, code: str) -> None:
    assert isinstance(render(number, code), str)


@given(st.decimals(-(10**9), 10**9, places=2))
def test_two_decimals_are_kept(number: object) -> None:
    assert render(str(number), "0.00").lstrip("-") == f"{abs(number):.2f}"  # type: ignore[arg-type, str-bytes-safe]
