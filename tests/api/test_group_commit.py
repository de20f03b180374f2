"""Work that is done together: what each of those who wait for it is told."""

import asyncio
import traceback

import pytest

from api.errors import OverloadedError
from api.group_commit import GroupCommit

MAX_WAIT_SECONDS = 0.3


@pytest.mark.parametrize("waiting", [2, 200])
async def test_the_trace_of_an_error_does_not_grow_with_those_who_are_told_of_it(waiting):
    async def fail(_line, _group):
        raise LookupError

    commit = GroupCommit(
        fail, max_waiting=waiting, max_together=waiting, max_under_way=1, max_wait_seconds=60
    )
    submitted = (commit.submit("line", number) for number in range(waiting))
    told = await asyncio.gather(*submitted, return_exceptions=True)
    assert {type(one) for one in told} == {LookupError}
    frames = [frame.name for frame in traceback.extract_tb(told[0].__traceback__)]
    assert frames == ["submit", "_take", "fail"]


async def test_what_waited_too_long_for_its_turn_is_refused_and_never_done():
    may_end = asyncio.Event()
    done: list[int] = []

    async def work(line, group):
        await may_end.wait()
        for one in group:
            done.append(one.item)
            one.settle(line)

    commit: GroupCommit[str, int, str] = GroupCommit(
        work, max_waiting=9, max_together=9, max_under_way=1, max_wait_seconds=MAX_WAIT_SECONDS
    )
    under_way = asyncio.create_task(commit.submit("a line", 1))
    # Its turn has come before the others' do.
    await asyncio.sleep(0)
    late = [asyncio.create_task(commit.submit(line, 2)) for line in ("a line", "another")]
    asyncio.get_running_loop().call_later(2 * MAX_WAIT_SECONDS, may_end.set)
    assert await under_way == "a line"
    for one in late:
        with pytest.raises(OverloadedError):
            await one
    assert done == [1]
    assert await commit.submit("another", 3) == "another"
    assert (done, commit.waiting) == ([1, 3], 0)
