import json
import random
from collections.abc import Iterable

from vision_tasks.sending.chunks import CHUNK_MAX_BYTES, Chunk, Chunks
from vision_tasks.sending.lines import Line
from vision_tasks.sending.occurrences import Occurrences
from vision_tasks.sending.runs import Identities, choose_run

NAMES = [f"./pictures/{number}.png" for number in range(5_000)]


def _cut(sources: Iterable[str | bytes], *, is_ndjson=False, max_lines=200) -> list[Chunk]:
    chunks = Chunks(
        Identities(choose_run(None, "run")),
        Occurrences(),
        is_ndjson=is_ndjson,
        max_lines=max_lines,
    )
    encoded = (one.encode() if isinstance(one, str) else one for one in sources)
    return list(chunks.cut(Line(number, one) for number, one in enumerate(encoded, 1)))


def _bodies(chunks: list[Chunk]) -> list[bytes]:
    return [b"\n".join(entry.body for entry in chunk.entries) for chunk in chunks]


def _ids(chunks: list[Chunk]) -> list[str]:
    return [json.loads(entry.body)["id"] for chunk in chunks for entry in chunk.entries]


def test_the_same_lines_make_the_same_chunks() -> None:
    first = _cut(NAMES)
    assert len(first) > 25
    assert max(len(chunk.entries) for chunk in first) <= 200
    assert _bodies(first) == _bodies(_cut(NAMES))


def test_a_line_more_or_less_changes_few_chunks() -> None:
    before = set(_bodies(_cut(NAMES)))
    with_one_more = set(_bodies(_cut([*NAMES[:1000], "new.png", *NAMES[1000:]])))
    with_one_less = set(_bodies(_cut(NAMES[1:])))
    assert len(with_one_more - before) <= len(before) // 4
    assert len(with_one_less - before) <= len(before) // 4


def test_another_order_makes_the_same_ids() -> None:
    names = NAMES + NAMES[:100] + NAMES[:50]
    shuffled = random.Random(7).sample(names, len(names))
    ids = _ids(_cut(names))
    assert len(set(ids)) == len(names)
    assert set(_ids(_cut(shuffled))) == set(ids)


def test_a_name_is_the_same_task_however_it_is_written() -> None:
    plain = _cut(["añil.png"])
    for source in ('{"filename": "añil.png"}', '{ "filename":"a\\u00f1il.png" }'):
        assert _ids(_cut([source], is_ndjson=True)) == _ids(plain)


def test_an_id_of_the_lines_own_is_kept_and_counts_for_no_other_line() -> None:
    own = "6F1C2B9E-8d3a-4c55-9b0e-2f7a1d4c8e90"
    sources = [f'{{"id": "{own}", "filename": "a.png"}}', '{"filename": "a.png"}']
    assert _ids(_cut(sources, is_ndjson=True)) == [own.lower(), *_ids(_cut(["a.png"]))]


def test_a_chunk_stays_below_its_bytes() -> None:
    chunks = _cut((f"{number:0255}" for number in range(10_000)), max_lines=100_000)
    sizes = [len(body) for body in _bodies(chunks)]
    assert sum(len(chunk.entries) for chunk in chunks) == 10_000
    assert CHUNK_MAX_BYTES * 0.8 < max(sizes) <= CHUNK_MAX_BYTES


def test_rejected_lines_end_a_chunk_as_well() -> None:
    chunks = _cut([b"\xff"] * 1_000)
    assert sum(len(chunk.rejections) for chunk in chunks) == 1_000
    assert max(len(chunk.rejections) for chunk in chunks) <= 200


def test_a_chunk_knows_how_much_of_the_input_is_read() -> None:
    assert [chunk.bytes_read for chunk in _cut(["abc", "", "de"])] == [8]
