import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.runtime.fence import Fence, FenceOutsideLogError

TIMES = st.floats(0, 4e9)


@given(st.builds(Fence, st.integers(0, 2**63 - 1), TIMES, TIMES))
def test_a_fence_survives_its_row(fence: Fence) -> None:
    assert Fence.decode(fence.encode()) == fence


@pytest.mark.parametrize("row", [b"", b"{}", b'{"next_offset": "7"}', b"\xff"])
def test_a_row_that_is_no_fence_is_refused(row: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        Fence.decode(row)


def test_the_error_says_where_the_fence_and_the_log_are() -> None:
    assert str(FenceOutsideLogError("words", 2, 7, 10, 20)) == (
        "words/2: the next record to read is 7, but the log holds 10 to 20"
    )
    assert str(FenceOutsideLogError("words", 2, 700, 10)).endswith("the log holds 10 to its end")
