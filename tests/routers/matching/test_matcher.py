"""Who gets what."""

import pytest

from routers.matching import Policy, Pool, Queue, count_rows


def assigned(decisions):
    return [(d.ticket_id, d.rep_id) for d in decisions if d.kind == "assigned"]


def test_a_new_ticket_goes_to_the_rep_with_the_lowest_load_ratio(desk):
    desk.rep("ann", capacity_units=4)
    desk.message("c-1")
    desk.rep("bob", capacity_units=2)
    [decision] = desk.message("c-2")
    assert decision.rep_id == "bob"
    [decision] = desk.message("c-3")
    assert (decision.rep_id, decision.why.rule, decision.why.runner_up) == ("ann", "least_loaded", "bob")
    assert decision.why.scores == {"load": 0.25, "runner_up": 0.5}


def test_between_equal_loads_it_goes_to_the_least_recently_assigned(desk):
    for rep_id in ("ann", "bob", "cem"):
        desk.rep(rep_id)
    decisions = [desk.message(f"c-{n}")[0] for n in range(6)]
    assert [d.rep_id for d in decisions] == ["ann", "bob", "cem"] * 2
    assert [d.why.runner_up for d in decisions[:3]] == ["bob", "cem", "ann"]


def test_employees_are_asked_before_vendors_however_loaded(helpdesk):
    desk = helpdesk(Policy("g", [Queue("q", ["*"])], [Pool("home", capacity_units=2), Pool("acme", kind="vendor")]))
    desk.seats(1)
    desk.rep("vic", pool="acme")
    desk.rep("ann")
    assert [desk.message(f"c-{n}")[0].rep_id for n in range(3)] == ["ann", "ann", "vic"]


@pytest.mark.parametrize(
    ("ticket", "rep", "other"),
    [
        ({"topic": "card"}, {}, {"skills": ("cards",)}),
        ({"language": "fa"}, {"languages": ("en", "de")}, {"languages": ()}),
        ({"channel": "chat"}, {"channels": ("email",)}, {"channels": ("chat", "email")}),
        ({"channel": "voice"}, {}, {"pool": "phone"}),
        ({"needs_human": True}, {"pool": "robot"}, {}),
    ],
)
def test_a_ticket_waits_for_a_rep_who_can_take_it(helpdesk, ticket, rep, other):
    policy = Policy(
        "g",
        [Queue("cards", ["card"], skills=["cards"]), Queue("rest", ["*"])],
        [Pool("home", channel_caps={"voice": 0}), Pool("phone", skills=["cards"]), Pool("robot", kind="bot")],
    )
    desk = helpdesk(policy)
    desk.rep("ann", **rep)
    assert desk.message("c-1", **ticket) == []
    assert assigned(desk.rep("bob", **other)) == [("c-1", "bob")]


def test_the_language_of_a_conversation_is_that_of_its_newest_message_that_has_one(desk):
    desk.rep("ann", languages=("fr",))
    assert desk.message("c-1", language="es") == []
    assert desk.message("c-1") == []
    assert assigned(desk.message("c-1", language="fr")) == [("c-1", "ann")]


def test_a_rep_gets_no_more_than_the_capacity_and_reservations_count(desk):
    desk.rep("ann", capacity_units=3)
    assert assigned(desk.message("c-1", effort_units=2)) == [("c-1", "ann")]
    assert desk.message("c-2", effort_units=2) == []
    assert assigned(desk.message("c-3", effort_units=1)) == [("c-3", "ann")]


def test_a_ticket_larger_than_any_capacity_takes_all_of_a_rep_who_is_free(desk):
    desk.rep("ann", capacity_units=2)
    desk.message("c-1")
    assert desk.message("big", effort_units=5) == []
    assert assigned(desk.event("c-1", "resolved")) == [("big", "ann")]
    assert desk.message("c-2") == []


def test_a_channel_is_capped_beside_the_capacity(helpdesk):
    desk = helpdesk(Policy("g", [Queue("q", ["*"])], [Pool("home", capacity_units=6, channel_caps={"chat": 2})]))
    desk.rep("ann")
    for n in range(2):
        assert desk.message(f"chat-{n}", channel="chat")
    assert desk.message("chat-2", channel="chat") == []
    assert assigned(desk.message("mail", channel="email")) == [("mail", "ann")]
    assert assigned(desk.event("chat-0", "resolved")) == [("chat-2", "ann")]


def test_a_rep_with_room_again_gets_the_ticket_with_the_largest_index(desk):
    desk.rep("ann", capacity_units=1)
    desk.message("first")
    desk.message("low", urgency="low")
    desk.wait(10)
    desk.message("normal", urgency="normal")
    desk.wait(10)
    desk.message("urgent", urgency="urgent")
    desk.wait(10)
    [decision] = desk.event("first", "resolved")
    assert (decision.ticket_id, decision.why.rule, decision.why.runner_up) == ("urgent", "most_pressing", "normal")
    assert decision.why.scores["index"] == pytest.approx(2 * 10.001 / 900**2)
    assert decision.why.scores["runner_up"] == pytest.approx(2 * 20.001 / 14_400**2)


def test_a_low_ticket_that_waited_long_enough_goes_before_a_fresh_urgent_one(desk):
    desk.rep("ann", capacity_units=1, valid_for_s=1e6)
    desk.message("first")
    desk.event("first", "accepted")
    desk.message("low", urgency="low")
    desk.wait(100_000)
    desk.message("urgent", urgency="urgent")
    desk.wait(1)
    assert assigned(desk.event("first", "resolved")) == [("low", "ann")]


def test_of_two_tickets_that_press_equally_the_smaller_goes_first(desk):
    desk.rep("ann", capacity_units=2)
    desk.message("first", effort_units=2)
    desk.message("large", effort_units=2)
    desk.message("small", effort_units=1)
    desk.wait(10)
    assert assigned(desk.event("first", "resolved"))[0] == ("small", "ann")


def test_the_queue_of_higher_priority_breaks_a_tie(helpdesk):
    queues = [Queue("rest", ["*"]), Queue("cards", ["card"], priority=1)]
    desk = helpdesk(Policy("g", queues, [Pool("home", capacity_units=1)]))
    desk.rep("ann")
    for ticket_id, topic in (("first", "x"), ("rest", "x"), ("card", "card")):
        desk.message(ticket_id, topic=topic)
    assert assigned(desk.event("first", "resolved")) == [("card", "ann")]


def test_the_owner_comes_first_if_there_is_room(desk):
    desk.rep("ann", capacity_units=2)
    desk.rep("bob", capacity_units=1)
    for n, expected in enumerate(["bob", "ann", "ann"]):
        [decision] = desk.message(f"c-{n}", owner="bob")
        assert (decision.rep_id, decision.why.rule == "owner") == (expected, expected == "bob")
    desk.rep("bob", "away", capacity_units=1)
    assert desk.message("c-3", owner="bob") == []


def test_reps_who_were_freed_together_share_what_waits(desk):
    for rep_id in ("ann", "bob"):
        desk.rep(rep_id, capacity_units=2, valid_for_s=10_000)
    for n in range(8):
        desk.message(f"c-{n}")
    decisions = desk.wait(61)
    assert sorted(rep_id for _, rep_id in assigned(decisions)) == ["ann", "ann", "bob", "bob"]


@pytest.mark.parametrize(
    ("pools", "rule", "missing"),
    [
        ([Pool("robot", "bot", ["x"]), Pool("home")], "no_skill", ("x",)),
        ([Pool("robot", "bot", ["x"])], "no_person", ()),
        ([Pool("robot", "bot", ["x"]), Pool("home", "home", ["x"], channel_caps={"chat": 0})], "no_channel", ("chat",)),
    ],
)
@pytest.mark.parametrize("said_later", [False, True])
def test_what_only_a_bot_could_take_is_parked_once_when_it_needs_a_person(helpdesk, pools, rule, missing, said_later):
    desk = helpdesk(Policy("g", [Queue("q", ["*"], skills=["x"])], pools))
    if said_later:
        assert desk.message("c-1", channel="chat") == []
    [decision] = desk.message("c-1", channel="chat", needs_human=True)
    assert (decision.kind, decision.why.rule, decision.why.missing) == ("parked", rule, missing)
    assert desk.message("c-1", channel="chat", urgency="urgent") == []
    assert desk.rep("bot", pool="robot") == []
    assert desk.router.counts()["parked"] == 1


def test_what_comes_by_a_channel_that_no_pool_takes_is_parked(helpdesk):
    pools = [Pool("home", channel_caps={"voice": 0}), Pool("acme", "vendor", channel_caps={"voice": 0})]
    desk = helpdesk(Policy("g", [Queue("q", ["*"])], pools))
    desk.rep("ann")
    [decision] = desk.message("c-1", channel="voice")
    assert (decision.kind, decision.why.rule, decision.why.missing) == ("parked", "no_channel", ("voice",))


def test_what_no_pool_has_skills_for_is_parked_once_and_taken_when_someone_comes_who_has_them(helpdesk):
    policy = Policy(
        "g", [Queue("law", ["legal"], skills=["law", "tax"]), Queue("q", ["*"])], [Pool("home", "home", ["tax"])]
    )
    desk = helpdesk(policy)
    desk.rep("ann", capacity_units=1)
    [decision] = desk.message("c-1", topic="legal")
    assert (decision.kind, decision.rep_id, decision.why.missing) == ("parked", None, ("law",))
    assert desk.message("c-1", topic="legal", urgency="urgent") == []
    assert desk.wait(1000) == []
    assert desk.router.counts()["parked"] == 1
    desk.message("c-2", topic="legal")
    assert desk.rep("lea", "away", skills=("law",)) == []
    assert desk.router.counts()["waiting"] == 2
    assert assigned(desk.rep("lea", skills=("law",))) == [("c-1", "lea"), ("c-2", "lea")]


def test_what_was_parked_behind_a_ticket_that_waits_is_parked_no_more_when_someone_with_the_skills_comes(helpdesk):
    policy = Policy("g", [Queue("q", ["*"], skills=["law"])], [Pool("home", capacity_units=1)], reopen_window_s=1_000)
    desk = helpdesk(policy)
    desk.rep("ann", "offline", skills=("law",))
    desk.message("c-1")
    desk.wait(1_000)  # ann is forgotten: what comes now is beyond every pool
    for ticket_id in ("c-2", "c-3"):
        assert [d.kind for d in desk.message(ticket_id)] == ["parked"]
    [decision] = desk.rep("bob", skills=("law",))
    assert decision.ticket_id == "c-1"
    counts = desk.router.counts()
    assert (counts["waiting"], counts["parked"]) == (2, 0)
    assert counts == count_rows(desk.rows)
