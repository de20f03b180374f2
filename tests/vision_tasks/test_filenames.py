"""What may be a filename."""

import unicodedata

import pytest

from vision_tasks.errors import InvalidFieldError
from vision_tasks.filenames import check_filename

REFUSED = {
    "empty": "",
    "blank": " \t ",
    "no-break blank": "\u00a0\u3000",
    "zero-width": "\u200b\ufeff",
    "256 characters": "a" * 256,
    "NUL": "a\x00b",
    "line feed": "a\nb",
    "carriage return": "a\rb",
    "tab": "a\tb",
    "escape": "a\x1b[31m",
    "delete": "a\x7f",
    "next line": "a\u0085b",
    "line separator": "a\u2028b",
    "paragraph separator": "a\u2029b",
    "right-to-left override": "photo\u202egpj.exe",
    "isolate": "a\u2066b",
    "left-to-right mark": "a\u200eb",
    "lone surrogate": "a\ud800",
}
ACCEPTED = [
    "photo.jpg",
    "a" * 255,
    "é" * 255,
    "😀" * 255,
    " leading and trailing ",
    "../../etc/passwd",
    "C:\\images\\a.png",
    "<script>alert(1)</script>",
    "100%_done'\".png",
    "=HYPERLINK(1)",
    "תמונה.jpg",
    "👩\u200d🔬.png",
]


@pytest.mark.parametrize("filename", REFUSED.values(), ids=REFUSED.keys())
def test_a_filename_that_misleads_or_cannot_be_stored_is_refused(filename: str) -> None:
    with pytest.raises(InvalidFieldError) as refusal:
        check_filename(filename)
    assert refusal.value.field == "filename"


@pytest.mark.parametrize("filename", ACCEPTED)
def test_any_other_label_is_kept_as_it_is(filename: str) -> None:
    assert check_filename(filename) == filename


def test_every_control_character_is_refused() -> None:
    for code in range(0x110000):
        if unicodedata.category(chr(code)) in ("Cc", "Cs", "Zl", "Zp"):
            with pytest.raises(InvalidFieldError):
                check_filename(f"a{chr(code)}b")
