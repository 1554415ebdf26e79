"""Ways in which people type a receipt, and texts in which one may hide."""

from crypto import receipt

NEW = receipt.format_digits(b"314159265358979323846264338327")
OLD = receipt.format_digits(bytes(range(11)))
GROUPS = NEW.split()
BARE = NEW.replace(" ", "")
# What stands between groups on paper, in messengers, and after a telephone corrected it.
MARKS = {
    "nothing": "",
    "two spaces": "  ",
    "four spaces": "    ",
    "hyphen": "-",
    "spaced hyphen": " - ",
    "en dash": "\N{EN DASH}",
    "em dash": "\N{EM DASH}",
    "minus sign": "\N{MINUS SIGN}",
    "non-breaking hyphen": "\N{NON-BREAKING HYPHEN}",
    "soft hyphen": "\N{SOFT HYPHEN}",
    "dot": ".",
    "dot and space": ". ",
    "ellipsis": "\N{HORIZONTAL ELLIPSIS}",
    "comma": ", ",
    "Arabic comma": "\N{ARABIC COMMA}",
    "middle dot": "\N{MIDDLE DOT}",
    "bullet": " \N{BULLET} ",
    "slash": "/",
    "underscore": "_",
    "brackets": ") (",
    "bar": " | ",
    "no-break space": "\N{NO-BREAK SPACE}",
    "thin space": "\N{THIN SPACE}",
    "zero width space": "\N{ZERO WIDTH SPACE}",
    "word joiner": "\N{WORD JOINER}",
    "left-to-right mark": "\N{LEFT-TO-RIGHT MARK}",
    "line break": "\n",
    "line break of Windows": "\r\n",
    "tab": "\t",
    "emoji": "\N{KEY}",
}
ZEROS = {"Arabic-Indic": 0x660, "Persian": 0x6F0, "Devanagari": 0x966, "full-width": 0xFF10}
LOOK_ALIKES = "Oo\N{CYRILLIC CAPITAL LETTER O}\N{GREEK CAPITAL LETTER OMICRON}lI|SBЗзБб½²①"


def in_script(text: str, zero: int) -> str:
    """Write the digits of a text in another script."""
    return text.translate({48 + value: zero + value for value in range(10)})


def _with(text: str, place: int, symbol: str) -> str:
    return text[:place] + symbol + text[place + 1 :]


TYPED = [
    *[mark.join(GROUPS) for mark in MARKS.values()],
    *[in_script(code, zero) for zero in ZEROS.values() for code in (NEW, OLD)],
    *[OLD, OLD.replace(" ", ""), OLD.replace(" ", "\N{EN DASH}"), f"({NEW})", f"«{OLD}»."],
    *["", "1", "привет", BARE[:-1], BARE + "0", "1" * 30, "9" * 30, "1" * 36, "x" * 36],
    *[" ".join(GROUPS[:5]), NEW + " " * 160, OLD + " " * 200, "7" * 201],
    *[_with(BARE, place, str((int(BARE[place]) + 1) % 10)) for place in range(36)],
    *[_with(_with(BARE, 0, "7"), 35, "0"), _with(OLD, 0, "9"), _with(OLD, 0, "x")],
    *[_with(BARE, place, symbol) for place, symbol in enumerate(LOOK_ALIKES)],
    *[f"code {NEW}", _with(NEW, 14, "\N{MATHEMATICAL BOLD DIGIT ONE}")],
]
TEXTS = [
    *[f"My code: {mark.join(GROUPS)}, keep it" for mark in MARKS.values()],
    *[f"{in_script(NEW, zero)}!" for zero in ZEROS.values()],
    *[f"{mark.join(OLD.split())}." for mark in MARKS.values()],
    *[in_script(OLD, zero) for zero in ZEROS.values()],
    *[f"In 2026 I got {NEW} 5 times", f"2026 {NEW} 5", f"id{NEW}x", f"x{OLD}x", f"5{BARE}5"],
    "\n".join(f"{number}) {group}" for number, group in enumerate(GROUPS, 1)),
    " и ".join(GROUPS),
    *["", "no digits", "1" * 36, "9" * 30, "+7 701 123 45 67, 8 (727) 250-00-00 " * 9],
    *["KZ86 125K ZT50 0410 0100, 870101300123, 990101400456", "2026-11-28 07:14:33 " * 20],
    *[f"{_with(BARE, 3, str((int(BARE[3]) + 1) % 10))}", " ".join(GROUPS[:5]), f"a{BARE[:-1]}"],
    *[_with(NEW, 20, "O"), "Contract 11111 11111 11111 11111 11111 11111"],
]
