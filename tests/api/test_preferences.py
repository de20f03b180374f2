"""Prefer as RFC 7240 has it."""

import pytest

from api.preferences import read_preferences


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([], {}),
        ([""], {}),
        (["return=minimal"], {"return": "minimal"}),
        (["Return=Minimal"], {"return": "minimal"}),
        (["handling=lenient, return=minimal"], {"handling": "lenient", "return": "minimal"}),
        (["handling=lenient", "return=minimal"], {"handling": "lenient", "return": "minimal"}),
        (["handling=lenient", "handling=strict"], {"handling": "lenient"}),
        (["handling=lenient, HANDLING=strict"], {"handling": "lenient"}),
        (['handling = "lenient" ; a="b;,c"; d , wait=10'], {"handling": "lenient", "wait": "10"}),
        (['foo="a, handling=strict", bar=""'], {"foo": "a, handling=strict", "bar": ""}),
        (['foo="say \\"x\\", y"'], {"foo": 'say "x", y'}),
        (
            ["respond-async, , ;x=y, =z, a b, handling=strict"],
            {"respond-async": "", "handling": "strict"},
        ),
        (['broken="unfinished, handling=strict'], {}),
        (["count=exact\t"], {"count": "exact"}),
    ],
)
def test_preferences_are_read_by_name(lines, expected):
    assert read_preferences(lines) == expected


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "text",
    ['"' * 50_000, "\\" * 50_000, "a=" * 50_000, ' "\\' * 20_000, " \t" * 50_000],
    ids=lambda text: ascii(text[:3]),
)
def test_what_is_long_and_malformed_takes_no_time(text):
    for sent in (text, f'a="{text}', f"a={text}b c", f"a{text}b", f"handling=strict;{text}"):
        read_preferences([sent])
