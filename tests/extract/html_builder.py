"""Makes web pages: a printed form as a table with rowspan and colspan, within whatever page is wanted."""

from __future__ import annotations

from html import escape

from tests.forms import printer


def table_html(sheet: printer.Sheet) -> str:
    rows = []
    for row in range(sheet.rows):
        cells = []
        for r, _, down, across, text in sorted(sheet.cells):
            if r == row:
                spans = (f' rowspan="{down}"' if down > 1 else "") + (
                    f" colspan={across}" if across > 1 else ""
                )
                cells.append(f"<td{spans}><p class=x>{escape(text)}</p></td>")
        rows.append("<tr>" + "\n".join(cells) + "</tr>")
    return "<table border=1>" + "\n".join(rows) + "</table>"


def page(body: str, head: str = "") -> str:
    return f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>"


def form_html(truth: printer.Truth, sheet: printer.Sheet) -> str:
    heading = f"<h1>{truth.title}</h1><p>（{truth.year}年度）</p>"
    return page(heading + table_html(sheet), '<meta charset="utf-8">')
