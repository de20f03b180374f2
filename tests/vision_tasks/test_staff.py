"""What may be an address and a role of somebody on the staff."""

import pytest

from vision_tasks.errors import InvalidFieldError
from vision_tasks.staff import check_email, check_role

MEGABYTE = "a" * 1_000_000


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("ana@example.org", "ana@example.org"),
        ("  Ana.Ruiz+Desk@Example.ORG\n", "ana.ruiz+desk@example.org"),
        ("admin@localhost", "admin@localhost"),
        ("\uff41na@example.org", "ana@example.org"),
        ("jose\u0301@example.org", "josé@example.org"),
        ("o'neil@example.org", "o'neil@example.org"),
    ],
)
def test_an_address_is_stored_one_way(typed: str, stored: str) -> None:
    assert check_email(typed) == stored
    assert check_email(stored) == stored


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "ana",
        "@example.org",
        "ana@",
        "ana@@example.org",
        "ana@b@example.org",
        "ana almeida@example.org",
        "ana@example.org, ben@example.org",
        "Ana <ana@example.org>",
        "ana\x00@example.org",
        "ana\r\nBcc: ben@example.org",
        "ana\u202e@example.org",
        "ana\ud800@example.org",
        f"{'a' * 250}@example.org",
        f"{'ﷺ' * 100}@example.org",
        f"{MEGABYTE}@example.org",
    ],
)
def test_what_is_no_address_is_refused_in_one_short_sentence(typed: str) -> None:
    with pytest.raises(InvalidFieldError) as refusal:
        check_email(typed)
    assert refusal.value.field == "email"
    assert len(str(refusal.value)) < 160


@pytest.mark.parametrize("name", ["", "root", "Admin", "viewer\x00", MEGABYTE])
def test_a_role_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(InvalidFieldError, match="viewer, editor, admin"):
        check_role(name)
