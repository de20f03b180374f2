"""What a host is sent of our style sheets says nothing about pages of its own."""

import re
from pathlib import Path

import pytest

import dashboard

STATIC = Path(dashboard.__file__).parent / "static"
OWN = {"own.css", "bar.css"}
"""Only the desk on its own is sent these."""
SHEETS = sorted(path.name for path in STATIC.glob("*.css") if path.name not in OWN)


def read_selectors(name: str) -> list[str]:
    text = re.sub(r"/\*.*?\*/", "", (STATIC / name).read_text(encoding="utf-8"), flags=re.DOTALL)
    heads = [head.strip() for head in re.findall(r"([^{}]+)\{", text)]
    return [
        selector.strip()
        for head in heads
        if not head.startswith("@")
        for selector in re.sub(r"\([^()]*\)", lambda one: one[0].replace(",", " "), head).split(",")
    ]


@pytest.mark.parametrize("name", SHEETS)
def test_every_rule_is_about_ours(name):
    selectors = read_selectors(name)
    assert selectors
    assert [one for one in selectors if not re.search(r"[.(]desk\b", one)] == []
