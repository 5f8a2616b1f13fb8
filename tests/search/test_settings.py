"""Settings that make no sense are refused by name; the others reach the kernels."""

import numpy as np
import pytest

from companion.search.settings import SearchSettings


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"c_puct": 0.0}, "c_puct"),
        ({"value_scale": -1.0}, "value_scale"),
        ({"noise": 1.0}, "noise"),
        ({"noise": -0.1}, "noise"),
        ({"considered": 1}, "considered"),
        ({"considered": -2}, "considered"),
    ],
)
def test_impossible_settings_are_refused_by_name(wrong: dict, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        SearchSettings(**wrong)


def test_kernels_get_every_setting() -> None:
    settings = SearchSettings(2.5, 0.5, 0.125, True, 4, 3.0)
    assert tuple(settings.knobs) == (2.5, 0.5, 0.125, True, 4, 3.0)
    assert isinstance(settings.knobs.c_puct, np.float32)  # a float64 would compile the kernels a second time
