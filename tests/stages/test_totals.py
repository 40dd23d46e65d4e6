from streams.stages.totals import Totals, decode_totals


def test_totals_go_on_where_an_earlier_owner_left_them() -> None:
    first, second = Totals(), Totals()
    first.add(received=2, duplicates=0)
    second.restore(first.row())
    second.add(received=1, triaged=1)
    assert decode_totals(second.row()) == {"received": 3, "duplicates": 0, "triaged": 1}
