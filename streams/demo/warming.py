"""Four weeks of history as the pipeline itself would have counted them, for detectors that have seen nothing yet."""

from collections.abc import Iterable

from msgspec.structs import replace

from detectors.text import SENTIMENTS, TextMessage, Triage
from streams.contracts import Message, decode
from streams.local.traffic.history import Mix, Seen, history
from streams.local.traffic.scenario import Scenario
from streams.local.traffic.simulation import World
from streams.runtime.stage import Send
from streams.stages.counts import HistoryRecord, to_counts

DAYS = 28
WIDTH_S = 300.0
SAMPLE_S = 7_200.0
SAMPLE_PEAK_PER_MIN = 80.0
RECORD_BUCKETS = 144  # half a day: a record stays well below a megabyte


def measure_mix(scenario: Scenario, triage: Triage, seed: int) -> Mix:
    """What triage makes of this organisation's usual conversations, mistakes included: two calm hours of them.

    Where few write, more do here, so that every topic opens often enough on every channel.
    """
    calm = scenario.calm()
    traffic = replace(calm.traffic, peak_per_min=max(SAMPLE_PEAK_PER_MIN, calm.traffic.peak_per_min))
    noon = calm.start.replace(hour=12, minute=0, second=0, microsecond=0)
    sample = replace(calm, start=noon, traffic=traffic)
    records = [
        (record.truth, decode(Message, record.value))
        for record in World(sample, seed).step_until(sample.start_s + SAMPLE_S)
        if record.truth is not None and record.truth.opens
    ]
    results = triage.triage_many([TextMessage(m.body, m.subject, m.language, m.channel) for _, m in records])
    return Mix.measure(
        Seen(truth.labels.topic, truth.channel, result.topic.label, result.sentiment.label == SENTIMENTS[0])
        for (truth, _), result in zip(records, results, strict=True)
    )


def history_records(scenario: Scenario, triage: Triage, seed: int) -> Iterable[Send]:
    """The records for volume.counts, oldest first."""
    buckets = []
    mix = measure_mix(scenario, triage, seed)
    for bucket in history(scenario, seed, mix, days=DAYS, bucket_s=WIDTH_S):
        buckets.append(bucket)
        if len(buckets) == RECORD_BUCKETS:
            record = HistoryRecord(buckets[0].start_s, WIDTH_S, [dict(each.by_slice()) for each in buckets])
            yield to_counts(scenario.group, record)
            buckets = []
