from hypothesis import given
from hypothesis import strategies as st

from detectors.text.sources import HALF_LIFE_S, SourceLimits, Sources

LIMITS = SourceLimits(labels_per_hour=7.0, influence=5.0, sources=3)
LABELS = st.lists(
    st.tuples(st.sampled_from(["ann", "bob", "cyd", "dan"]), st.floats(0.001, 1.0), st.floats(0.0, 5_000.0)),
    max_size=80,
)


@given(labels=LABELS)
def test_no_source_ever_passes_its_rate_its_influence_or_crowds_out_the_rest(
    labels: list[tuple[str, float, float]],
) -> None:
    sources, now_s = Sources(LIMITS), 0.0
    taught: dict[str, list[tuple[float, float]]] = {}
    for by, weight, passed_s in labels:
        now_s += passed_s
        admission = sources.admit(by, weight, now_s)
        assert 0.0 <= admission.weight <= weight
        assert (admission.weight == 0.0) == bool(admission.why)
        if admission.weight:
            taught.setdefault(by, []).append((now_s, admission.weight))
    assert len(sources) <= LIMITS.sources
    for given_by in taught.values():
        for at_s, _ in given_by:
            so_far = [(when_s, weight) for when_s, weight in given_by if when_s <= at_s]
            faded = sum(weight * 0.5 ** ((at_s - when_s) / HALF_LIFE_S) for when_s, weight in so_far)
            assert faded <= LIMITS.influence + 1e-9
            # A bucket's worth at once, and what an hour brings.
            assert sum(at_s - when_s <= 3_600 for when_s, _ in so_far) <= 2 * LIMITS.labels_per_hour


@given(labels=LABELS, cut=st.integers(0, 80))
def test_what_is_remembered_of_sources_is_all_there_is_to_know(
    labels: list[tuple[str, float, float]], cut: int
) -> None:
    steady, moved, now_s = Sources(LIMITS), Sources(LIMITS), 0.0
    for number, (by, weight, passed_s) in enumerate(labels):
        if number == cut:
            before, moved = moved, Sources(LIMITS)
            for name in ("ann", "bob", "cyd", "dan"):
                if (source := before.of(name)) is not None:
                    moved.remember(name, source)
        now_s += passed_s
        assert moved.admit(by, weight, now_s) == steady.admit(by, weight, now_s)


def test_a_source_that_taught_long_ago_is_forgotten_and_makes_room() -> None:
    sources = Sources(LIMITS)
    for by in ("ann", "bob", "cyd"):
        assert sources.admit(by, 1.0, 0.0).weight == 1.0
    assert sources.admit("dan", 1.0, 0.0).why == "too_many_sources"
    assert sources.forgotten(HALF_LIFE_S / 2, 10) == []
    assert sorted(sources.forgotten(3 * HALF_LIFE_S, 10)) == ["ann", "bob", "cyd"]
    assert sources.admit("dan", 1.0, 3 * HALF_LIFE_S).weight == 1.0
