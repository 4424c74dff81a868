"""个人信息: names, telephone numbers, e-mail addresses and ID numbers, found by what they look like.

A form keeps its contacts in fields of their own, but they also turn up in narratives, headings and
whatever else a signature line was read as. `without_contacts` masks them there and keeps the rest.
Labels and words are in `data/contacts.toml`.

A name is known by the label before it. Behind `联系人：` any two to four characters are one, save
those that an organisation or a sentence begins with; where the label is weaker (`联系人 `, `负责人为`,
`审核：`) it must begin with a surname as well. A number is known by its form, or where figures have
the same form (`150 2000 1800`, `1234567`) by the label before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from normalize.resources import load, words

MASK = "***"


def _any_of(listed: Iterable[str]) -> str:
    """A pattern for any of the words, however their Chinese characters are spaced."""
    return "|".join(
        rf"(?<![A-Za-z]){re.escape(word)}(?![A-Za-z])"
        if word.isascii()
        else r"\s{0,3}".join(map(re.escape, word))
        for word in listed
    )


def _plainly(listed: Iterable[str]) -> str:
    return "|".join(map(re.escape, listed))


def _firsts(table: str, *kinds: str) -> str:
    """A class of the characters that words begin with: one look spares trying them all."""
    chars = {word[0] for kind in kinds for word in words("contacts", table, kind)}
    return f"[{''.join(sorted(chars))}]"


def _labels(kind: str) -> str:
    return _any_of(words("contacts", "labels", kind))


def _words_of_names(kind: str) -> str:
    return _plainly(words("contacts", "names", kind))


# --- Names --------------------------------------------------------------------------------------

_HAN = "[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U000323af]"
_COLON = "[:：︰﹕]"
_OPEN, _CLOSE = "（(﹙", "）)﹚"
_SPACE = "[ \u3000\u00a0]"
_PERSONS, _STEPS, _BEFORE = _labels("persons"), _labels("steps"), _labels("before")
_TELEPHONES, _SEALS, _DATES, _OTHERS = (_labels(kind) for kind in ("telephones", "seals", "dates", "others"))
_TITLES = f"副?(?:{_words_of_names('titles')})"
_ORGANISATIONS = _words_of_names("organisations")
_PERHAPS_ORGANISATIONS = _words_of_names("perhaps_organisations")

# What may stand in a label behind the person: 负责人及电话, 负责人（签字）, 联系人姓名.
_APPENDED = rf"(?:[及和与、/／]|以及)?\s?(?:{_TELEPHONES}|{_OTHERS}|{_SEALS})"
# What no name begins or goes on with.
_STOP = (
    rf"(?={_firsts('labels', 'before', 'persons', 'steps', 'telephones', 'seals', 'dates')}"
    rf"|{_firsts('names', 'titles', 'followers')}|[副年])"
    rf"(?:(?:{_BEFORE}){{0,4}}(?:{_PERSONS})|(?:{_STEPS})(?=\s*[{_OPEN}:：])|{_TELEPHONES}|{_SEALS}|{_DATES}"
    rf"|{_TITLES}|{_words_of_names('followers')}|年\s*月)"
)
_CHAR = rf"(?:(?!{_STOP}){_HAN})"
_SURNAMES = "".join(load("contacts")["names"]["surnames"].split())
_SURNAMED = rf"(?:(?:{_words_of_names('double_surnames')})|[{_SURNAMES}])(?:{_HAN}|[*＊×]){{1,2}}"
_NOT_NAMES = _words_of_names("not_names")

_LABEL = re.compile(
    rf"(?={_firsts('labels', 'persons', 'steps')})"
    rf"(?:(?P<person>{_PERSONS})|(?:{_STEPS})(?=(?:\s*[{_OPEN}][^{_OPEN}{_CLOSE}\n]{{0,12}}[{_CLOSE}])?\s*{_COLON}))"
    rf"(?:{_APPENDED})*+\d?"
    # 负责人（主任） goes on, 负责人（张某） is the name already.
    rf"(?:\s*[{_OPEN}](?!(?!{_NOT_NAMES}|{_SEALS}){_SURNAMED}[{_CLOSE}])[^{_OPEN}{_CLOSE}\n]{{0,12}}[{_CLOSE}])*"
    rf"(?P<mark>\s*{_COLON}[\s_＿|｜]*(?:[{_OPEN}](?:{_SEALS})[{_CLOSE}][\s_＿]*)?"
    rf"|\s*[{_OPEN}]\s*|(?:为|是|系){_COLON}?\s*|\s*[|｜]\s*|\s+|)"
)
_NAME = (
    rf"(?:(?P<dotted>{_CHAR}{{1,7}}(?:[·•‧・∙]{_CHAR}{{1,7}}){{1,3}})"
    rf"|{_CHAR}[*＊×]{{1,3}}{_CHAR}?"
    rf"|{_CHAR}{_SPACE}{{1,4}}{_CHAR}(?:{_SPACE}{{0,4}}{_CHAR})?"
    rf"|{_CHAR}{{2,4}})"
    rf"(?:(?!{_HAN})|(?={_STOP}|[和与及]{_CHAR}{{2}}))"
)
_PLAIN = re.compile(rf"(?P<name>{_NAME})")
# 财政局局长张某: an organisation or an office before the name.
_LED = re.compile(
    rf"{_HAN}{{0,16}}?(?:{_ORGANISATIONS}|{_PERHAPS_ORGANISATIONS}|{_TITLES}){_SPACE}{{0,2}}"
    rf"(?={_SURNAMED})(?P<name>{_NAME})"
)
_PASSED_OVER = re.compile(rf"\*{{3}}|{_CHAR}{{2,30}}")
_JOINED = re.compile(
    rf"(?:{_TITLES})?"
    rf"(?:\s*(?:[{_OPEN}][^{_OPEN}{_CLOSE}\n]{{0,24}}[{_CLOSE}]|[\d*][\d*\s－—-]{{1,24}}[\d*]))?"
    rf"(?:\s*(?P<list>[、/／;；])\s*|(?P<and>[和与及])|\s*[,，]\s*|{_SPACE}+)?"
)
_NO_NAME = re.compile(rf"{_NOT_NAMES}|.*(?:{_ORGANISATIONS})$")
_PERHAPS_NO_NAME = re.compile(rf".*(?:{_PERHAPS_ORGANISATIONS})$")
_SURNAMED_WHOLE = re.compile(_SURNAMED)
_LABEL_BEHIND = re.compile(rf"\s*(?:[{_OPEN}][^{_OPEN}{_CLOSE}\n]{{0,12}}[{_CLOSE}])?\s*{_COLON}")
# What must follow a name that nothing parts from its label: 联系人张某，电话….
_NUMBER_BEHIND = re.compile(
    rf"\s*[{_OPEN},，、:：]?\s*(?:{_TELEPHONES}|\+?86|1[3-9]\d|0\d{{2,3}}[-－—]|\*{{3}})", re.IGNORECASE
)


def _without_names(text: str) -> str:
    spans = sorted({span for label in _LABEL.finditer(text) for span in _names_behind(text, label)})
    pieces, done = [], 0
    for start, end in spans:
        if start >= done:
            pieces += [text[done:start], MASK]
            done = end
    return "".join([*pieces, text[done:]])


def _names_behind(text: str, label: re.Match[str]) -> Iterator[tuple[int, int]]:
    """Where the names of the list behind a label are; those of organisations are passed over."""
    mark, position = label["mark"], label.end()
    apart = bool(mark) or label[0][-1] in _CLOSE
    # A line or a cell further on may stand the next label, where this one was left empty.
    certain = bool(label["person"] and re.search(_COLON, mark) and not re.search(r"[\n\t|｜]", mark))
    listed = True
    while position < len(text):
        name = _name_at(text, position, certain and listed)
        if name is not None and (apart or _NUMBER_BEHIND.match(text, name.end("name"))):
            yield name.span("name")
            end = name.end("name")
        else:
            passed = _PASSED_OVER.match(text, position)
            if passed is None or not (apart and listed):
                return
            end = passed.end()
        joined = _JOINED.match(text, end)
        if joined is None or joined.end() == end:
            return
        position, listed = joined.end(), bool(joined["list"] or joined["and"])


def _name_at(text: str, position: int, trusted: bool) -> re.Match[str] | None:
    led = _LED.match(text, position)
    if led is not None and _is_name(led, trusted=False) and not _PERHAPS_NO_NAME.match(led["name"]):
        return led
    plain = _PLAIN.match(text, position)
    if plain is not None and _LABEL_BEHIND.match(text, plain.end()):
        trusted = False
    return plain if plain is not None and _is_name(plain, trusted) else None


def _is_name(match: re.Match[str], trusted: bool) -> bool:
    name = re.sub(r"\s", "", match["name"])
    if _NO_NAME.match(name):
        return False
    if match["dotted"]:
        return trusted or len(name) > 4
    return _SURNAMED_WHOLE.fullmatch(name) is not None or (trusted and not _PERHAPS_NO_NAME.match(name))


# --- Numbers and addresses ----------------------------------------------------------------------

_DASH = "[-－–—‐‑]"
_UNITS = _plainly(words("contacts", "numbers", "units"))
_APART = r"(?<![0-9A-Za-z０-９.．])"
# Where a telephone number ends: not in more digits, nor in what makes it a figure.
_END = rf"(?![0-9A-Za-z０-９]|[.．]\d|[,，]\d{{3}}(?!\d)|\s?(?:{_UNITS}))"
_ABROAD = rf"(?:(?:\+|00)?86{_DASH}?\s?)?"
_MOBILE_HEAD = r"[1１][3-9３-９]\d"
_EXTENSION = (
    rf"(?:\s?(?:转|轉|分机|#|ext\.?|{_DASH})\s?\d{{1,6}}(?!\d)"
    rf"|\s?[{_OPEN}](?:转|轉|分机|ext\.?)[:：]?\s?\d{{1,6}}[{_CLOSE}])?"
)
_LOCAL = rf"\d{{3,4}}{_DASH}?\d{{4}}"
_AREA = r"[0０]\d{2,3}"
_BIRTHDAY = r"(?P<year>(?:19|20)\d\d)(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"

_HINT_OF_NUMBER = re.compile(rf"[@＠]|\d[\d\s{_OPEN}{_CLOSE}－–—‐‑-]{{5,}}\d")
_PLAIN_CONTACT = re.compile(
    # An address is no longer than this, and the bounds keep long runs of letters cheap.
    r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}[@＠][A-Za-z0-9-]{1,63}(?:[.．][A-Za-z0-9-]{1,63}){1,4}"
    rf"|{_APART}(?P<id>[1-8]\d{{5}}{_BIRTHDAY}\d{{3}}[0-9Xx])(?![0-9A-Za-z０-９])"
    rf"|{_APART}(?<![A-Za-z]-){_ABROAD}{_MOBILE_HEAD}"
    # Three groups with spaces may be three figures, unless one begins with a nought.
    rf"(?:\d{{8}}|{_DASH}\d{{4}}{_DASH}\d{{4}}|\s0\d{{3}}\s\d{{4}}|\s\d{{4}}\s0\d{{3}}){_END}"
    rf"|{_APART}(?<![A-Za-z]-){_ABROAD}(?:[{_OPEN}]{_AREA}[{_CLOSE}]\s?|{_AREA}\s?{_DASH}{{1,2}}\s?)"
    rf"{_LOCAL}{_EXTENSION}{_END}"
)
_CODE = re.compile(rf"(?<!身份证)(?<!证件)(?:{_labels('codes')})[\s:：{_OPEN}{_CLOSE}]{{0,4}}[0-9A-Z-]*\Z")
_LONGEST_CODE = 40
_ID = re.compile(
    rf"((?:身份证|证件)(?:号码?|编号)?[\s:：{_OPEN}{_CLOSE}]{{0,4}})(?:\d{{17}}[0-9Xx]|\d{{15}})(?![0-9A-Za-z])"
)
_BEHIND_TELEPHONE = rf"[\s:：、,，/／;；.|｜_*{_OPEN}{_CLOSE}]|{_DASH}|号码?|办公室?|办|宅|{_SEALS}"
# Behind a label of a person or a telephone: spaced, and with an area code but no dash.
_NEAR_LABEL = re.compile(
    rf"((?:{_PERSONS}|{_TELEPHONES})(?:{_BEHIND_TELEPHONE}|{_APPENDED}|{_HAN}{{1,12}}\*{{3}}){{0,32}}+){_APART}"
    rf"(?:{_MOBILE_HEAD}\s?\d{{4}}\s?\d{{4}}|{_AREA}\s?\d{{3,4}}\s?\d{{4}}){_EXTENSION}{_END}",
    re.IGNORECASE,
)
# Directly behind a label of a telephone: seven or eight digits.
_BEHIND_LABEL = re.compile(
    rf"((?:{_TELEPHONES})(?:{_BEHIND_TELEPHONE}){{0,32}}+){_APART}{_LOCAL}{_EXTENSION}{_END}", re.IGNORECASE
)
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"
# Codes of projects are built alike, region, year and number; who was born later has a check digit too.
_YEARS_OF_CODES = "2010"


def _without_numbers(text: str) -> str:
    text = _ID.sub(rf"\1{MASK}", text)
    text = _PLAIN_CONTACT.sub(_masked_unless_code, text)
    if not _HINT_OF_NUMBER.search(text):
        return text
    text = _NEAR_LABEL.sub(rf"\1{MASK}", text)
    return _BEHIND_LABEL.sub(rf"\1{MASK}", text)


def _masked_unless_code(match: re.Match[str]) -> str:
    number = match["id"]
    if "@" not in match[0] and "＠" not in match[0]:
        before = match.string[max(0, match.start() - _LONGEST_CODE) : match.start()]
        if _CODE.search(before) or (number and match["year"] >= _YEARS_OF_CODES and not _checks(number)):
            return match[0]
    return MASK


def _checks(number: str) -> bool:
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], _ID_WEIGHTS, strict=True))
    return _ID_CHECKS[total % 11] == number[17].upper()


# --- Both ---------------------------------------------------------------------------------------

_LAST_OF_LABELS = "".join(
    sorted({word[-1] for kind in ("persons", "steps") for word in load("contacts")["labels"][kind]})
)
_HINT_OF_NAME = re.compile(f"[{_LAST_OF_LABELS}]")


def without_contacts(text: str) -> str:
    """`text` with names of persons, telephone, ID numbers and e-mail addresses masked by `***`.

    Labels and all else stay as printed, organisations and figures among them. Masking twice changes
    nothing.

    >>> without_contacts("项目负责人（签字）：张某某 联系电话：0000-0000000")
    '项目负责人（签字）：*** 联系电话：***'
    >>> without_contacts("填报人：李某、王某，13800000000，abc@example.com")
    '填报人：***、***，***，***'
    >>> without_contacts("12345热线受理226145100.00元，项目编码：1380000000012，实施单位：某县财政局")
    '12345热线受理226145100.00元，项目编码：1380000000012，实施单位：某县财政局'
    """
    while True:
        # What is masked may part two numbers or continue a list. Each round leaves fewer characters
        # to mask, so there is a last one.
        masked = _without_names(text) if _HINT_OF_NAME.search(text) else text
        masked = _without_numbers(masked) if _HINT_OF_NUMBER.search(masked) else masked
        if masked == text:
            return masked
        text = masked


_NUMERAL = r"(?:\d{1,4}|[〇○零一二三四五六七八九十]{1,4})"
_GAP = r"[\s_＿]{0,16}"
_PRINTED_DATE = (
    rf"(?:{_NUMERAL})?{_GAP}年{_GAP}(?:{_NUMERAL})?{_GAP}月{_GAP}(?:(?:{_NUMERAL})?{_GAP}日)?"
    r"|(?:19|20)\d\d([-/.])\d{1,2}\1\d{1,2}"
)
_PARTS = re.compile(
    rf"{_PRINTED_DATE}|\*{{3}}|(?:{_BEFORE}){{0,4}}(?:{_PERSONS}|{_SEALS})|(?:{_STEPS})(?=\s*[{_OPEN}:：])"
    rf"|(?:{_BEFORE}){{0,4}}(?=[{_OPEN}](?:{_SEALS})[{_CLOSE}])|{_TELEPHONES}|{_OTHERS}|{_DATES}",
    re.IGNORECASE,
)
_BETWEEN_PARTS = re.compile(rf"[\s:：︰﹕、,，.。;；/／|｜_＿…及和与或{_OPEN}{_CLOSE}－–—-]*")


def is_contact_line(text: str) -> bool:
    """Whether `text` holds nothing but labels of persons, what is masked, seals and dates.

    A line with an organisation in it holds more, an empty one less.

    >>> is_contact_line("填表人：张某 联系电话：13800000000 填表日期：2023年12月31日")
    True
    >>> is_contact_line("单位负责人（签章）："), is_contact_line("（公章） 年 月 日"), is_contact_line("")
    (True, True, False)
    >>> is_contact_line("填报单位（盖章）：某县财政局"), is_contact_line("联系人：张某负责培训120人")
    (False, False)
    """
    rest, parts = _PARTS.subn("", without_contacts(text))
    return parts > 0 and _BETWEEN_PARTS.fullmatch(rest) is not None
