"""What single fields cannot show: names that must exist, names that must differ, settings that need one another.

A check that looks at several values is left out while one of them could not be read: it would complain of what follows.
"""

import ssl
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path as FilePath
from zoneinfo import available_timezones

from routers.capacity import ContractError
from routers.matching import PolicyError
from routers.matching.policy import OTHERS
from streams.config.capacity import CampaignSettings, VendorSettings
from streams.config.countries import UnknownCountryError, likely_codes, public_holidays
from streams.config.errors import hint, quoted
from streams.config.policy import Group, QueueSettings
from streams.config.positions import Path, label
from streams.config.reading import Reading
from streams.config.settings import Settings, Tenant
from streams.contracts import ContractError as TimeError
from streams.contracts import Reason, seconds

Found = Iterator[tuple[Path, str]]


def check(settings: Settings, reading: Reading) -> None:
    """Add to the reading's problems whatever does not fit together."""
    for one_check in CHECKS:
        reading.problems.extend(list(one_check(settings, reading)))


def _names_differ(settings: Settings, reading: Reading) -> Found:
    first: dict[tuple[Path, str], Path] = {}
    for path, section in reading.made.items():
        name = getattr(section, "name", None)
        if name is not None:
            earlier = first.setdefault((path[:-1], name), path)
            if earlier != path:
                yield (*path, "name"), f"{quoted(name)} is the name of {label(earlier)} already"


def _groups_exist(settings: Settings, reading: Reading) -> Found:
    if ("groups",) in reading.shortened:
        return
    names = [group.name for group in settings.groups]

    def missing(group: str) -> str:
        return f"there is no group {quoted(group)}{hint(group, names)}"

    tenants = list(reading.under(("tenants",), Tenant))
    for path, tenant in tenants:
        if tenant.group not in names and reading.whole((*path, "group")):
            yield (*path, "group"), missing(tenant.group)
        for segment, group in tenant.segments.items():
            if group not in names:
                yield (*path, "segments", segment), missing(group)
    if (
        settings.tenants == Settings().tenants
        and not tenants
        and "default" not in names
        and reading.whole(("tenants",))
    ):
        yield ("groups",), "name a [[tenants]] too: without one there is the tenant 'default' in a group 'default'"


def _topics_go_to_one_queue(settings: Settings, reading: Reading) -> Found:
    for group, _ in reading.under(("groups",), Group):
        queues = list(reading.under((*group, "queues"), QueueSettings))
        owner: dict[str, Path] = {}
        for path, queue in queues:
            for topic in queue.topics:
                earlier = owner.setdefault(topic, path)
                if earlier != path:
                    yield (*path, "topics"), f"{quoted(topic)} goes to {label(earlier)} already"
        all_read = (*group, "queues") not in reading.shortened and all(
            reading.whole((*path, "topics")) for path, _ in queues
        )
        if queues and all_read and OTHERS not in owner:
            yield (*group, "queues"), f'one must list the topic "{OTHERS}", for all topics that no other lists'


def _skills_are_had(settings: Settings, reading: Reading) -> Found:
    for path, group in reading.under(("groups",), Group):
        if not reading.whole((*path, "pools")):
            continue
        had = [{*pool.skills, *pool.rep_skills} for pool in group.pools]
        skills = sorted(set().union(*had))
        for where, queue in reading.under((*path, "queues"), QueueSettings):
            if not reading.whole((*where, "skills")):
                continue
            missing = [skill for skill in queue.skills if skill not in skills]
            for skill in missing:
                index = queue.skills.index(skill)
                yield (
                    (*where, "skills", index),
                    f"no pool of the group has the skill {quoted(skill)}{hint(skill, skills)}",
                )
            if not missing and not any(pool.issuperset(queue.skills) for pool in had):
                yield (*where, "skills"), "each is had by some pool, but no pool has them all"


def _kafka_security_fits(settings: Settings, reading: Reading) -> Found:
    if not reading.whole(("kafka",)):
        return
    kafka = settings.kafka
    protocol = f"security_protocol = {kafka.security_protocol!r}"
    for name in ("sasl_username", "sasl_password_file"):
        given = getattr(kafka, name) is not None
        if kafka.security_protocol.startswith("SASL") and not given:
            yield ("kafka", name), f"is missing, and {protocol} needs it"
        elif given and not kafka.security_protocol.startswith("SASL"):
            yield ("kafka", name), f"is of no use with {protocol}"
    if kafka.ca_file is not None and not kafka.security_protocol.endswith("SSL"):
        yield ("kafka", "ca_file"), f"is of no use with {protocol}"


def _kafka_files_can_be_used(settings: Settings, reading: Reading) -> Found:
    """Now, while their settings can be named: a client fails later, and its words hold the path of a secret."""
    if not reading.whole(("kafka",)):
        return
    kafka = settings.kafka
    files = ("ca_file", kafka.ca_file, _no_certificates), ("sasl_password_file", kafka.sasl_password_file, _no_password)
    for name, file, unfit in files:
        if file is not None:
            try:
                wrong = unfit(file)
            except OSError as error:
                wrong = f"cannot be read: {error.strerror}"
            if wrong is not None:
                yield ("kafka", name), wrong


def _no_certificates(file: FilePath) -> str | None:
    try:
        ssl.create_default_context(cafile=str(file))
    except ssl.SSLError:
        return "holds no certificates (PEM)"
    return None


def _no_password(file: FilePath) -> str | None:
    try:
        return None if file.read_text(encoding="utf-8").strip() else "holds no password"
    except UnicodeDecodeError:
        return "is not UTF-8"


def _scaled_time_has_an_origin(settings: Settings, reading: Reading) -> Found:
    pipeline = settings.pipeline
    if reading.whole(("pipeline",)) and pipeline.time_speed != 1 and pipeline.time_origin_s == 0:
        # From 1970 on, sixtyfold time would be in the year 5400 by now.
        yield ("pipeline", "time_origin_s"), "is missing: with a time_speed, say when scaled time begins"


def _vendors_have_pools(settings: Settings, reading: Reading) -> Found:
    for path, group in reading.under(("groups",), Group):
        if not reading.whole((*path, "pools")):
            continue
        pools = [pool.name for pool in group.pools if pool.kind == "vendor"]
        for where, vendor in reading.under((*path, "vendors"), VendorSettings):
            if reading.whole((*where, "pool")) and vendor.pool not in pools:
                yield (*where, "pool"), f"there is no vendor pool {quoted(vendor.pool)}{hint(vendor.pool, pools)}"


def _planners_hold(settings: Settings, reading: Reading) -> Found:
    """The last word has the planner."""
    for path, group in reading.under(("groups",), Group):
        if group.vendors and reading.whole(path):
            try:
                group.planner()
            except ContractError as error:
                yield (*path, "vendors"), f"make no plan: {error}"


def _times_of_campaigns_fit(settings: Settings, reading: Reading) -> Found:
    for path, _ in reading.under(("groups",), Group):
        for where, campaign in reading.under((*path, "campaigns"), CampaignSettings):
            times_s = []
            for name in ("starts_at", "ends_at"):
                try:
                    times_s.append(seconds(getattr(campaign, name), name))
                except TimeError as error:
                    what = "needs a zone" if error.reason is Reason.TIME_WITHOUT_ZONE else "is no time"
                    yield (*where, name), f"{what}; write it like 2026-11-27T08:00:00+01:00"
            if len(times_s) == 2 and not times_s[0] < times_s[1]:
                yield (*where, "ends_at"), "is not after starts_at"


def _holidays_are_days(settings: Settings, reading: Reading) -> Found:
    if reading.whole(("surges", "holidays")):
        for index, day in enumerate(settings.surges.holidays):
            try:
                date.fromisoformat(day)
            except ValueError:
                yield ("surges", "holidays", index), f"{quoted(day)} is no day"


def _countries_are_known(settings: Settings, reading: Reading) -> Found:
    if reading.whole(("surges", "holidays_of")):
        for index, code in enumerate(settings.surges.holidays_of):
            try:
                public_holidays(code)
            except UnknownCountryError:
                yield ("surges", "holidays_of", index), f"{quoted(code)} is not known{hint(code, likely_codes(code))}"


def _timezone_is_known(settings: Settings, reading: Reading) -> Found:
    if reading.whole(("surges", "timezone")) and settings.surges.timezone not in available_timezones():
        zone = settings.surges.timezone
        yield ("surges", "timezone"), f"{quoted(zone)} is not known{hint(zone, available_timezones())}"


def _policies_hold(settings: Settings, reading: Reading) -> Found:
    """The last word has the Router's own policy."""
    for path, group in reading.under(("groups",), Group):
        if reading.whole(path):
            try:
                group.policy()
            except PolicyError as error:
                yield path, f"makes no policy: {error}"


CHECKS: tuple[Callable[[Settings, Reading], Found], ...] = (
    _names_differ,
    _groups_exist,
    _topics_go_to_one_queue,
    _skills_are_had,
    _kafka_security_fits,
    _kafka_files_can_be_used,
    _scaled_time_has_an_origin,
    _vendors_have_pools,
    _planners_hold,
    _times_of_campaigns_fit,
    _holidays_are_days,
    _countries_are_known,
    _timezone_is_known,
    _policies_hold,
)
"""In this order: the last looks only at groups that the others found no fault with."""
