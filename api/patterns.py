"""Rules for texts as OpenAPI says them, in what ECMA 262 and others have in common.

They tell a client beforehand; what judges, and says why, are the functions that read these texts.
"""

# Control characters, line and paragraph separators, and those that change the direction.
_REFUSED = r"\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"
_TAG = r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"'
_HEX = "[0-9a-fA-F]"

LABEL = f"^[^{_REFUSED}]*$"
"""See `filenames.check_label`."""

FILENAME = rf"^[^{_REFUSED}]*[^\s{_REFUSED}][^{_REFUSED}]*$"
"""See `filenames.check_filename`, to which more than this is blank: Unicode knows what."""

CONDITION = rf"^(?:\*|[ \t,]*{_TAG}(?:[ \t]*,[ \t,]*{_TAG})*[ \t,]*)$"
"""See `conditions.read_if_match`."""

VISIBLE_ASCII = r"^[\x21-\x7e]*$"
"""See `idempotency.read_idempotency_key`."""

NEW_ID = f"^{_HEX}{{8}}-{_HEX}{{4}}-4{_HEX}{{3}}-[89abAB]{_HEX}{{3}}-{_HEX}{{12}}$"
"""See `identifiers.parse_new_id`."""

MOMENT = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?"
    r"(?:[Zz]|[+-][0-9]{2}:[0-9]{2})$"
)
"""See `moments.parse_moment`."""

ETAG = '^"[1-9][0-9]*"$'
"""See `conditions.format_etag`."""
