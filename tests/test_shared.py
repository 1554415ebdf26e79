"""What the workers of a run make for each other is made once, whole, and nobody's own."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from tests.shared import RunFolder

AT_ONCE = 4


def test_of_all_who_need_it_at_once_one_makes_it(tmp_path: Path) -> None:
    start, made = Barrier(AT_ONCE), []

    def fill(folder: Path) -> None:
        made.append(folder)
        (folder / "one").write_text("made")

    def need(_: int) -> str:
        start.wait()
        return (RunFolder(tmp_path).folder("thing", fill) / "one").read_text()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        assert list(pool.map(need, range(AT_ONCE))) == ["made"] * AT_ONCE
    assert made == [tmp_path / "thing"]


def test_what_failed_half_way_is_made_anew(tmp_path: Path) -> None:
    def fail(folder: Path) -> None:
        (folder / "half").touch()
        raise OSError("no room")

    with pytest.raises(OSError, match="no room"):
        RunFolder(tmp_path).folder("thing", fail)

    whole = RunFolder(tmp_path).folder("thing", lambda folder: (folder / "whole").touch())
    assert [path.name for path in whole.iterdir()] == ["whole"]


def test_a_value_is_a_copy_for_each(tmp_path: Path) -> None:
    first, second = (RunFolder(tmp_path).value("list", lambda: [1]) for _ in range(2))
    first.append(2)

    assert second == [1]
