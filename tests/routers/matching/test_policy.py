import pytest

from routers.matching import Policy, PolicyError, Pool, Queue

REST = Queue("rest", ["*"])
HOME = Pool("home")


@pytest.mark.parametrize(
    ("build", "field"),
    [
        (lambda: Queue("Cards", ["card"]), "name"),
        (lambda: Queue("cards", []), "topics"),
        (lambda: Queue("cards", "card"), "topics"),
        (lambda: Queue("cards", ["card"], skills="cards"), "skills"),
        (lambda: Queue("cards", ["card"], skills=["Cards"]), "skills"),
        (lambda: Queue("cards", ["card"], sla_s={"low": 1, "normal": 1, "high": 1}), "sla_s.urgent"),
        (lambda: Queue("cards", ["card"], sla_s={"low": 1, "normal": 1, "high": 1, "urgent": 0}), "sla_s.urgent"),
        (lambda: Queue("c", ["c"], sla_s={"low": 1, "normal": 1, "high": 1, "urgent": 1, "now": 1}), "sla_s.now"),
        (lambda: Pool("home", kind="office"), "kind"),
        (lambda: Pool("home", capacity_units=0), "capacity_units"),
        (lambda: Pool("home", capacity_units=1e306), "capacity_units"),
        (lambda: Pool("home", channel_caps={"chat": -1}), "channel_caps.chat"),
        (lambda: Pool("home", channel_caps={"chat": 1e306}), "channel_caps.chat"),
        (lambda: Policy("G", [REST], [HOME]), "group"),
        (lambda: Policy("g", [], [HOME]), "queues"),
        (lambda: Policy("g", [REST, REST], [HOME]), "queues"),
        (lambda: Policy("g", [Queue("cards", ["card"])], [HOME]), "queues"),
        (lambda: Policy("g", [REST], []), "pools"),
        (lambda: Policy("g", [REST], [HOME, HOME]), "pools"),
        (lambda: Policy("g", [REST], [HOME], reservation_s=0), "reservation_s"),
        (lambda: Policy("g", [REST], [HOME], retry_s=float("inf")), "retry_s"),
        (lambda: Policy("g", [REST], [HOME], absence_grace_s={"chat": 5}), "absence_grace_s"),
        (lambda: Policy("g", [REST], [HOME], absence_grace_s={"*": -5}), "absence_grace_s.*"),
    ],
)
def test_a_policy_that_cannot_work_is_refused_and_names_the_field(build, field):
    with pytest.raises(PolicyError) as error:
        build()
    assert error.value.field == field
    assert str(error.value).startswith(f"{field}: ")


def test_a_topic_enters_the_first_queue_that_lists_it_and_others_enter_the_catch_all():
    policy = Policy("g", [REST, Queue("cards", ["card"]), Queue("late", ["card", "refund"])], [HOME])
    assert [policy.queue_for(topic).name for topic in ("card", "refund", "weather")] == ["cards", "late", "rest"]


def test_policies_that_say_the_same_in_another_order_are_equal():
    one = Policy("g", [Queue("rest", ["*", "a"], skills=["x", "y"])], [Pool("home", channel_caps={"a": 1, "b": 2})])
    two = Policy("g", [Queue("rest", ["a", "*"], skills=["y", "x"])], [Pool("home", channel_caps={"b": 2, "a": 1})])
    assert one == two
    assert one.fingerprint == two.fingerprint


def test_policies_that_differ_have_different_fingerprints():
    assert Policy.default().fingerprint != Policy("default", [REST], [HOME]).fingerprint
