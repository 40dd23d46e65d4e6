from detectors.surge.incident import SeriesState
from detectors.surge.incidents import Incidents, Kind, SurgeEvent

CALM = SeriesState(False, None, 1.0, 100, 100.0, 0.0, 100.0, 0.0)


def high(surplus: float, base: float, onset_s: float = 600.0, active: bool = True) -> SeriesState:
    ratio = (surplus + base) / base
    return SeriesState(
        active, onset_s if active else None, ratio, int(surplus + base), base, surplus, base, 2 * surplus
    )


def names(events: list[SurgeEvent]) -> list[tuple[str, str]]:
    return [(event.series, event.state) for event in events]


def test_a_surge_is_named_by_the_topic_that_explains_most_before_the_channel_before_all() -> None:
    both = {"topic:outage": high(180, 10), "channel:chat": high(150, 40), "all": high(200, 100)}
    assert names(Incidents("g", 1.0).update(720.0, both)) == [("topic:outage", "onset")]
    channel = {"topic:a": high(90, 50), "topic:b": high(90, 50), "channel:chat": high(180, 40), "all": high(180, 100)}
    assert names(Incidents("g", 1.0).update(720.0, channel)) == [("channel:chat", "onset")]


def test_just_after_an_onset_it_is_how_many_messages_came_too_many_not_how_many_a_minute() -> None:
    quiet = high(1.7, 1)._replace(excess=21.0)  # eleven a minute for two minutes, over the twelve that it remembers
    busy = high(3.6, 3)._replace(excess=20.0)  # the same, over its five
    events = Incidents("g", 1.0).update(720.0, {"topic:outage": quiet, "all": busy})
    assert names(events) == [("topic:outage", "onset")]


def test_when_everything_rises_alike_it_is_all_however_large_one_share_is() -> None:
    states = {
        "all": high(200, 100),
        "topic:big": high(140, 70),
        "topic:small": high(60, 30),
        "channel:chat": high(160, 80),
    }
    assert names(Incidents("g", 1.0).update(720.0, states)) == [("all", "onset")]


def test_a_topic_names_the_surge_even_if_it_is_not_active_yet_and_ends_it_once_it_was() -> None:
    incidents = Incidents("g", 1.0)
    states = {"all": high(200, 100), "topic:outage": high(190, 10, active=False)}
    assert names(incidents.update(720.0, states)) == [("topic:outage", "onset")]
    states["topic:outage"] = high(190, 10)
    assert incidents.update(740.0, states) == []
    states |= {"topic:outage": CALM, "all": high(10, 100)}  # all traffic is still a little above the expected
    assert names(incidents.update(900.0, states)) == [("topic:outage", "cleared")]


def test_what_rises_a_little_later_joins_and_is_listed() -> None:
    incidents = Incidents("g", 1.0)
    states = {"all": CALM, "topic:outage": high(190, 10), "language:de": CALM, "topic:outage,channel:chat": CALM}
    incidents.update(720.0, states)
    states |= {"all": high(200, 100, 660.0), "topic:outage,channel:chat": high(100, 5, 4000.0)}
    (event,) = incidents.update(780.0, states)
    assert (event.state, event.also) == ("ongoing", ("all", "topic:outage,channel:chat"))
    states |= {"language:de": high(20, 10, 9000.0)}
    (event,) = incidents.update(9060.0, states)
    assert (event.state, event.also) == ("ongoing", ("all", "language:de", "topic:outage,channel:chat"))


def test_what_rises_while_a_surge_lasts_belongs_to_it_and_what_rises_later_is_another() -> None:
    incidents = Incidents("g", 1.0)
    states = {"all": CALM, "topic:a": high(100, 10), "topic:b": CALM}
    first = incidents.update(720.0, states)
    second = incidents.update(9060.0, states | {"topic:b": high(100, 10, 9000.0)})
    assert [(event.series, event.state, event.also) for event in second] == [("topic:a", "ongoing", ("topic:b",))]
    calm = dict.fromkeys(states, CALM)
    assert names(incidents.update(9120.0, calm)) == [("topic:a", "cleared")]
    third = incidents.update(9180.0, calm | {"topic:b": high(100, 10, 9120.0)})
    assert names(third) == [("topic:b", "onset")]
    assert first[0].surge_id != third[0].surge_id


def test_ongoing_is_said_at_most_once_a_minute_and_not_of_every_small_change() -> None:
    incidents = Incidents("g", 1.0)
    incidents.update(720.0, {"all": high(200, 100)})
    assert incidents.update(750.0, {"all": high(400, 100)}) == []
    assert names(incidents.update(780.0, {"all": high(400, 100)})) == [("all", "ongoing")]
    for minute in range(20):
        assert incidents.update(840.0 + 60 * minute, {"all": high(410, 100)}) == []


def test_what_lingers_after_the_surge_is_no_new_one_but_what_begins_after_it_is() -> None:
    incidents = Incidents("g", 1.0)
    states = {"all": high(200, 100), "topic:outage": high(190, 10), "topic:slow": high(3, 1)}
    incidents.update(720.0, states)
    states |= {"all": CALM, "topic:outage": CALM}
    assert names(incidents.update(780.0, states)) == [("topic:outage", "cleared")]
    assert incidents.update(840.0, states) == []
    assert incidents.update(900.0, states | {"topic:slow": CALM}) == []
    assert names(incidents.update(960.0, states | {"topic:slow": high(60, 1, 900.0)})) == [("topic:slow", "onset")]


def test_the_id_follows_from_group_series_and_onset() -> None:
    one, two = (Incidents("acme", 1.0).update(at_s, {"all": high(200, 100)})[0] for at_s in (720.0, 780.0))
    assert one.surge_id == two.surge_id == "acme/all/600"


def test_dump_and_load_go_on_alike() -> None:
    incidents, other = Incidents("g", 1.0), Incidents("g", 1.0)
    states = {"all": high(200, 100), "topic:outage": high(190, 10)}
    incidents.update(720.0, states)
    other.load(incidents.dump())
    later = states | {"topic:outage": high(500, 10)}
    assert incidents.update(800.0, later) == other.update(800.0, later) != []


def after_an_outage(kind: Kind = "volume") -> tuple[Incidents, dict[str, SeriesState]]:
    """A surge of topic:outage, 200 messages a bucket too many, in which channel:email took part, cleared at 6000."""
    incidents = Incidents("g", 1.0, kind)
    states = {"all": CALM, "topic:outage": high(200, 10), "channel:email": high(40, 30), "topic:billing": CALM}
    assert names(incidents.update(720.0, states)) == [("topic:outage", "onset")]
    assert names(incidents.update(6000.0, dict.fromkeys(states, CALM))) == [("topic:outage", "cleared")]
    return incidents, dict.fromkeys(states, CALM)


def test_small_aftershocks_in_what_took_part_are_no_new_surge_for_an_hour() -> None:
    incidents, calm = after_an_outage()
    aftershock = calm | {"channel:email": high(40, 30, 6500.0)}
    assert incidents.update(6600.0, aftershock) == []
    incidents.load(incidents.dump())
    assert incidents.update(9_600.0, aftershock) == []
    assert names(incidents.update(9_660.0, aftershock)) == [("channel:email", "onset")]  # by now it is more than that


def test_what_is_large_is_a_new_surge_at_once_and_so_is_whatever_took_no_part() -> None:
    incidents, calm = after_an_outage()
    again = calm | {"channel:email": high(60, 30, 6500.0)}
    assert names(incidents.update(6600.0, again)) == [("channel:email", "onset")]
    incidents, calm = after_an_outage()
    other = calm | {"topic:billing": high(9, 3, 6500.0)}
    assert names(incidents.update(6600.0, other)) == [("topic:billing", "onset")]


def test_an_incident_is_as_large_as_the_largest_series_that_took_part() -> None:
    incidents = Incidents("g", 1.0)
    states = {"topic:outage": high(200, 10), "channel:email": CALM}
    incidents.update(720.0, states)
    incidents.update(780.0, states | {"channel:email": high(400, 300)})
    calm = dict.fromkeys(states, CALM)
    assert names(incidents.update(6000.0, calm)) == [("topic:outage", "cleared")]
    assert incidents.update(6600.0, calm | {"channel:email": high(99, 30, 6500.0)}) == []


def test_a_second_channel_that_stops_is_a_drop_of_its_own() -> None:
    incidents, calm = after_an_outage("drop")
    assert names(incidents.update(6600.0, calm | {"channel:sms": high(9, 3, 6500.0)})) == [("channel:sms", "onset")]
