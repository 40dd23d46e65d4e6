"""The tree itself: complete descriptions, defaults that fit, and the way from a tenant to a group."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.inspect import DictType, Field, FloatType, IntType, Metadata, StructType, VarTupleType

from detectors.text import URGENCIES
from routers.matching import Policy
from streams.config import Group, PoolSettings, QueueSettings, Settings, SlaSettings, Tenant
from streams.config.kinds import bare, described
from streams.config.section import described_section
from streams.contracts import Channel

Load = Callable[..., Settings]


def fields_of(section: StructType) -> Iterator[tuple[str, Field]]:
    for field in section.fields:
        yield f"{section.cls.__name__}.{field.encode_name}", field
        kind = bare(field.type)
        inner = bare(kind.item_type) if isinstance(kind, VarTupleType) else kind
        if isinstance(inner, StructType):
            yield from fields_of(inner)


FIELDS = dict(fields_of(described_section(Settings)))


@pytest.mark.parametrize("name", FIELDS)
def test_every_field_says_in_a_sentence_what_it_is(name: str) -> None:
    field = FIELDS[name]
    assert isinstance(field.type, Metadata)
    sentence = (field.type.extra_json_schema or {})["description"]
    assert sentence[0].isupper()
    assert sentence.endswith(".")
    assert described(field.type)


@pytest.mark.parametrize("name", FIELDS)
def test_every_number_has_bounds(name: str) -> None:
    kind = bare(FIELDS[name].type)
    kind = bare(kind.value_type) if isinstance(kind, DictType) else kind
    if isinstance(kind, IntType | FloatType):
        assert kind.ge is not None
        assert kind.le is not None


@pytest.mark.parametrize(
    "text",
    [
        "[kafka]\nbootstrap = '127.0.0.1:9092'\nprefix = 'spillway.'\nreplication = 1\nsession_timeout_s = 10",
        "[[tenants]]\nname = 'default'",
        "[[tenants]]\nname = 'default'\ngroup = 'default'\nsegments = {}\n[[groups]]\nname = 'default'",
        "[[groups]]\nname = 'default'\n[[groups.queues]]\nname = 'default'\ntopics = ['*']",
        "[[groups]]\nname = 'default'\n[[groups.pools]]\nname = 'home'\nkind = 'home'",
    ],
)
def test_saying_a_default_changes_nothing(load_text: Load, text: str) -> None:
    assert load_text(text) == Settings()
    assert load_text(text).policies() == {"default": Policy.default()}


def test_a_group_says_everything_that_its_policy_knows(load_text: Load) -> None:
    settings = load_text("""
[[groups]]
name = "default"
reservation_s = 1
retry_s = 2
status_valid_s = 3
absence_grace_s = { email = 4 }
reopen_window_s = 5
[[groups.queues]]
name = "q"
topics = ["refund", "*"]
skills = ["s"]
priority = 6
sla_s = { low = 7, normal = 8, high = 9, urgent = 10 }
[[groups.pools]]
name = "p"
kind = "vendor"
skills = ["s"]
rep_skills = ["t"]
capacity_units = 11
channel_caps_units = { voice = 0 }
""")
    policy = settings.policies()["default"]
    assert (policy.group, policy.reservation_s, policy.retry_s) == ("default", 1, 2)
    assert (policy.status_valid_s, policy.reopen_window_s) == (3, 5)
    assert (policy.grace_s("email"), policy.grace_s("chat"), policy.grace_s("form")) == (4, 60, 600)
    (queue,) = policy.queues
    assert (queue.name, queue.topics, queue.skills, queue.priority) == ("q", ("*", "refund"), ("s",), 6)
    assert queue.sla_s == {"low": 7, "normal": 8, "high": 9, "urgent": 10}
    (pool,) = policy.pools
    assert (pool.name, pool.kind, pool.skills, pool.capacity_units) == ("p", "vendor", ("s",), 11)
    assert pool.channel_caps == {"voice": 0}


def test_the_sla_knows_every_urgency_of_triage() -> None:
    assert SlaSettings.__struct_fields__ == URGENCIES


def test_a_cap_may_be_said_of_every_channel(load_text: Load) -> None:
    caps = ", ".join(f"{channel} = 1" for channel in Channel)
    text = f"[[groups]]\nname = 'default'\n[[groups.pools]]\nname = 'p'\nchannel_caps_units = {{ {caps} }}"
    assert load_text(text).groups[0].pools[0].channel_caps_units == {str(channel): 1 for channel in Channel}


names = st.sampled_from(["a", "b", "c"])
tenants = st.builds(Tenant, names, group=names, segments=st.dictionaries(st.text(max_size=2), names, max_size=2))


@given(st.lists(tenants, unique_by=lambda tenant: tenant.name).map(tuple), names, st.none() | st.text(max_size=2))
def test_a_group_follows_from_tenant_and_segment_alone(
    tenants: tuple[Tenant, ...], name: str, segment: str | None
) -> None:
    group = Settings(tenants=tenants).group_of(name, segment)
    named = [tenant for tenant in tenants if tenant.name == name]
    if not named:
        assert group is None
    elif segment in named[0].segments:
        assert group == named[0].segments[segment]
    else:
        assert group == named[0].group


def test_settings_do_not_change() -> None:
    with pytest.raises(AttributeError):
        Settings().kafka.prefix = "other."  # type: ignore[misc]


def test_sections_are_built_by_hand_too() -> None:
    group = Group(
        "g", queues=(QueueSettings("q", topics=("*",)),), pools=(PoolSettings("p"), PoolSettings("v", kind="vendor"))
    )
    settings = Settings(tenants=(Tenant("t", group="g"),), groups=(group,))
    assert [pool.kind for pool in settings.policies()["g"].pools] == ["home", "vendor"]


def test_a_path_is_a_path(load_text: Load, kafka_files: dict[str, str]) -> None:
    file = kafka_files["SPILLWAY_KAFKA__CA_FILE"]
    assert load_text(f"[kafka]\nsecurity_protocol = 'SSL'\nca_file = '{file}'").kafka.ca_file == Path(file)
