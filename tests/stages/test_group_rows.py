from streams.stages.group_rows import group_key, rows_by_group


def test_rows_find_back_to_their_group_whatever_their_key_holds() -> None:
    keys = [
        ("acme", b"ticket/a/b"),
        ("acme", b"router"),
        ("acme-eu", b"rep/"),
        ("runtime", b"ticket/c"),
        ("all", b""),
    ]
    rows = {group_key(group, key): b"%d" % number for number, (group, key) in enumerate(keys)}
    assert rows_by_group(rows) == {
        "acme": {b"ticket/a/b": b"0", b"router": b"1"},
        "acme-eu": {b"rep/": b"2"},
        "runtime": {b"ticket/c": b"3"},
        "all": {b"": b"4"},
    }


def test_no_group_makes_a_row_that_is_reserved_for_the_runtime() -> None:
    assert not group_key("runtime", b"fence").startswith(b"runtime/")


def test_other_rows_of_the_stage_are_left_out() -> None:
    assert rows_by_group({b"totals": b"{}", b"group": b""}) == {}
