import hashlib
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from itsdangerous import URLSafeSerializer
from pydantic import SecretStr

from api.cursors import read_cursor, sign_cursor
from tests.api.clients import create_app
from tests.api.problems import TASKS, read_field
from vision_tasks.errors import InvalidFieldError
from vision_tasks.lifecycle import TaskStatus
from vision_tasks.records import Position, TaskFilter

PLACE = Position(datetime(2026, 11, 30, 12, 0, 0, 1, tzinfo=UTC), uuid4())
FAILED = TaskFilter(status=TaskStatus.FAILED)


@pytest.fixture
async def context(untouched_settings):
    app = create_app(untouched_settings)
    async with app.test_app(), app.app_context():
        yield app


@pytest.mark.usefixtures("context")
async def test_a_cursor_is_read_back_to_the_microsecond():
    assert read_cursor(sign_cursor(PLACE, FAILED), FAILED) == PLACE


@pytest.mark.usefixtures("context")
async def test_a_cursor_is_good_in_a_url_as_it_is():
    assert set(sign_cursor(PLACE, FAILED)) <= set(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."
    )


@pytest.mark.usefixtures("context")
async def test_a_cursor_changed_anywhere_is_refused():
    cursor = sign_cursor(PLACE, FAILED)
    for index, character in enumerate(cursor):
        # The last character of base64 may hold bits that nobody reads.
        other = "A" if character != "A" else "Q"
        if index != len(cursor) - 1:
            with pytest.raises(InvalidFieldError):
                read_cursor(cursor[:index] + other + cursor[index + 1 :], FAILED)


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize(
    "other",
    [
        TaskFilter(),
        TaskFilter(status=TaskStatus.PENDING),
        TaskFilter(status=TaskStatus.FAILED, filename="a"),
        TaskFilter(status=TaskStatus.FAILED, created_from=PLACE.moment),
        TaskFilter(status=TaskStatus.FAILED, created_to=PLACE.moment),
    ],
)
async def test_a_cursor_of_other_filters_is_refused(other):
    with pytest.raises(InvalidFieldError, match="other filters"):
        read_cursor(sign_cursor(PLACE, FAILED), other)


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        ".",
        "..",
        "%00",
        "%20",
        "a" * 100_000,
        "eyJhIjoxfQ.AAAA",
        ".eJw.AAAA",
        "null.",
        "%C3%A9",
    ],
    ids=lambda value: value[:20],
)
async def test_garbage_is_no_cursor(stranger, cursor):
    assert await read_field(await stranger.get(f"{TASKS}?cursor={cursor}")) == "cursor"


@pytest.mark.usefixtures("context")
async def test_a_cursor_that_was_cut_or_added_to_is_refused():
    cursor = sign_cursor(PLACE, FAILED)
    for changed in (*(cursor[:end] for end in range(len(cursor))), cursor * 2, f"{cursor}A"):
        with pytest.raises(InvalidFieldError):
            read_cursor(changed, FAILED)


@pytest.mark.usefixtures("context")
async def test_a_cursor_of_a_desk_with_another_secret_is_refused(untouched_settings):
    other = SecretStr("another-secret-0123456789")
    app = create_app(untouched_settings.model_copy(update={"SECRET_KEY": other}))
    async with app.test_app(), app.app_context():
        cursor = sign_cursor(PLACE, FAILED)
        assert read_cursor(cursor, FAILED) == PLACE
    with pytest.raises(InvalidFieldError, match="none of ours"):
        read_cursor(cursor, FAILED)


async def test_what_the_secret_signed_for_another_purpose_is_no_cursor(
    untouched_settings, stranger
):
    secret = untouched_settings.SECRET_KEY.get_secret_value()
    payload = [PLACE.moment.isoformat(), PLACE.id.hex, "0" * 16]
    forged = URLSafeSerializer(
        secret, salt="session", signer_kwargs={"digest_method": hashlib.sha256}
    ).dumps(payload)
    assert await read_field(await stranger.get(f"{TASKS}?cursor={forged}")) == "cursor"


async def test_a_list_tells_that_the_cursor_belongs_to_another(client, cursor):
    cursor.execute("INSERT INTO tasks (filename) VALUES ('a.jpg'), ('a.jpg')")
    page = await (await client.get(f"{TASKS}?limit=1&filename=a")).get_json()
    response = await client.get(f"{TASKS}?cursor={page['next_cursor']}&filename=b")
    assert await read_field(response) == "cursor"


async def test_a_limit_may_change_from_page_to_page(client, cursor):
    cursor.execute("INSERT INTO tasks (filename) SELECT 'a.jpg' FROM generate_series(1, 5)")
    page = await (await client.get(f"{TASKS}?limit=1")).get_json()
    response = await client.get(f"{TASKS}?limit=4&cursor={page['next_cursor']}")
    assert len((await response.get_json())["items"]) == 4
