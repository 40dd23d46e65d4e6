import random
from collections import Counter

import pytest

from streams.contracts import Channel, ContractError, Message, at, decode, encode
from streams.local.traffic.malformed import broken

VALUE = encode(
    Message(message_id="m", conversation_id="c", tenant="t", channel=Channel.SMS, body="Hi there", sent_at=at(0))
)


def test_every_broken_record_is_refused_and_all_kinds_of_reasons_occur() -> None:
    reasons: Counter[str] = Counter()
    for seed in range(200):
        with pytest.raises(ContractError) as caught:
            decode(Message, broken(random.Random(seed), VALUE))
        reasons[caught.value.reason.value] += 1

    assert set(reasons) == {"invalid_json", "missing_field", "wrong_type", "time_without_zone", "unknown_choice"}
