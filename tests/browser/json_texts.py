"""Texts for a field of JSON: whatever the server says of each, the editor says before."""

import re
from typing import Any

from dashboard.field_checks import check_result
from vision_tasks.documents import MAX_DECIMALS, MAX_DEPTH
from vision_tasks.errors import InvalidFieldError

MAX_BYTES = 2_000

TEXTS = (
    # Blank, to Python.
    "",
    " \t\r\n",
    "\xa0\u2003\u3000\x85\x1c\x0b",
    # White space around, which is JSON's own only.
    " {} ",
    "\xa0{}",
    "{}\x0c",
    "\ufeff1",
    "\ufeff",
    # Scalars.
    "true",
    "null",
    '"x"',
    "truE",
    "nul",
    "undefined",
    "None",
    "'x'",
    "x",
    "NaN",
    "[Infinity]",
    '{"a": -Infinity}',
    # Numbers.
    "0",
    "-0",
    "-0.0e-0",
    "12345678901234567890.123456789",
    "01",
    "-01",
    "1.",
    ".5",
    "+1",
    "-",
    "--1",
    "1e",
    "1e+",
    "1E+5",
    "0x1F",
    "1_000",
    "1,5",
    "\u0661",
    "1e308",
    "1e309",
    "-1e309",
    "1e-320",
    "1e-400",
    "0e-400",
    "0e999999",
    "0e1000000",
    "1" * 308,
    "1" * 310,
    "1e+000001",
    "1e+00001",
    f"0.{'0' * 300}1",
    f"0e-{MAX_DECIMALS}",
    f"0e-{MAX_DECIMALS + 1}",
    f"0.0e-{MAX_DECIMALS}",
    "[0e999999]",
    "[0e600000, 0e600000]",
    "[0e-9999, 0e999999]",
    # Strings.
    '"',
    '"a',
    '"a\\"',
    '"\\',
    '"\\x"',
    '"\\u12"',
    '"\\u12G4"',
    '"\\u00e9\\n\\/"',
    '"a\nb"',
    '"a\tb"',
    '"\x7f\u2028"',
    '"\\u0000"',
    '{"\\u0000": 1}',
    '"\\ud800"',
    '"\\ud83d\\ude00"',
    '"\\ude00\\ud83d"',
    '{"\\udfff": 1}',
    '"\U0001f600"',
    '"a" "b"',
    # Arrays and objects.
    "[",
    "]",
    "[]",
    "[1",
    "[1,",
    "[1,]",
    "[,1]",
    "[1 2]",
    "[1}",
    "[1]]",
    "{",
    "}",
    "{}",
    "{]",
    '{"a"}',
    '{"a" 1}',
    '{"a":}',
    '{"a":1',
    '{"a":1,}',
    '{"a":1,,"b":2}',
    "{a:1}",
    "{1:1}",
    '{"a":1 "b":2}',
    '{"a":1,"a":1}',
    '{"a":1,"\\u0061":2}',
    '{"a":1,"b":{"a":1}}',
    '[{"a":1},{"a":1}]',
    '{"__proto__":1,"constructor":2,"__proto__":3}',
    '{"":1,"":2}',
    "[1] 2",
    "[1] // x",
    "[1, /* x */ 2]",
    # Bounds.
    "[" * MAX_DEPTH + "]" * MAX_DEPTH,
    "[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1),
    '{"a":' * MAX_DEPTH + "1" + "}" * MAX_DEPTH,
    '{"a":' * MAX_DEPTH + "[]" + "}" * MAX_DEPTH,
    '"' + "x" * (MAX_BYTES - 2) + '"',
    '"' + "x" * (MAX_BYTES - 1) + '"',
    '"' + "\u6f22" * (MAX_BYTES // 3 - 1) + '"',
    '"' + "\u6f22" * (MAX_BYTES // 3) + '"',
)


def check_at_server(text: str) -> str:
    """Say what the server makes of a text that was typed: valid, blank, or what is wrong."""
    try:
        return "blank" if check_result(text, max_bytes=MAX_BYTES) is None else "valid"
    except InvalidFieldError as exc:
        return str(exc)


def agrees(said: dict[str, Any], server: str) -> bool:
    """Tell whether the editor says what the server does, of bad JSON in the same place."""
    if server in ("blank", "valid"):
        return said == {"isBlank": True} if server == "blank" else "pieces" in said
    column = re.search(r"\(line 1, column (\d+)\)", server)
    # Python blames what follows a number, and the letter of an escape.
    if column is None or said.get("cause") in ("number", "escape"):
        return "cause" in said
    return bool(said.get("at") == int(column[1]) - 1)
