"""A run starts when told, stops when told, keeps what it reached and says what ended it."""

import asyncio

import pytest

from companion.figures.ink import new_figure
from companion.widgets.live_run import live_run


def titled(words: object):
    figure, axes = new_figure()
    axes.set_title(f"counted {words}")
    return figure


def counter(until: int, closed: list[str] | None = None, fails_at: int | None = None):
    def count():
        try:
            for i in range(until):
                if i == fails_at:
                    raise ArithmeticError("too many")
                yield (i + 1) / until, i
        finally:
            if closed is not None:
                closed.append("closed")

    return count


def run_of(work):
    return live_run(work, titled, initial=titled("nothing"), alt="A count.")


def parts(run):
    """Run button, Stop button, share done, word, figure."""
    buttons, figure = run.widget.children
    start, stop, bar, word = buttons.children
    return start, stop, bar.value, word.value, figure.value


def test_nothing_runs_before_it_is_asked_for():
    ran = []
    run = run_of(lambda: ran.append(1))
    assert ran == []
    assert run.state is None
    assert "counted nothing" in run.html == parts(run)[4]


def test_a_run_ends_with_its_last_state_and_can_run_anew():
    run = run_of(counter(5))

    async def twice():
        for _ in range(2):
            parts(run)[0].click()
            assert run._task is not None
            parts(run)[0].click()  # pressed twice is pressed once
            await run._task

    asyncio.run(twice())
    start, stop, share, word, figure = parts(run)
    assert (run.state, share, word) == (4, 1.0, "done")
    assert "counted 4" in figure
    assert "counted nothing" in run.html  # the page's face stays
    assert (start.disabled, stop.disabled) == (False, True)


def test_a_stopped_run_keeps_what_it_reached_and_begins_anew():
    closed: list[str] = []
    run = run_of(counter(10**9, closed))

    async def start_and_stop():
        parts(run)[0].click()
        await asyncio.sleep(0.05)
        parts(run)[1].click()
        await asyncio.sleep(0.05)

    asyncio.run(start_and_stop())
    first = run.state
    assert first is not None
    assert 0 < first < 10**9
    assert parts(run)[3].startswith("stopped at")
    assert f"counted {first}" in parts(run)[4]
    assert closed == ["closed"]

    async def again():
        run.start()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        run.stop()
        await asyncio.sleep(0.05)

    asyncio.run(again())
    assert run.state < first


def test_an_error_ends_the_run_in_one_sentence():
    run = run_of(counter(5, fails_at=3))

    async def start():
        run.start()
        await run._task

    asyncio.run(start())
    assert parts(run)[3] == "ended by an error: too many"
    assert "counted 2" in parts(run)[4]
    assert not parts(run)[0].disabled


def test_a_run_without_an_event_loop_is_refused():
    with pytest.raises(RuntimeError):
        run_of(counter(5)).start()
