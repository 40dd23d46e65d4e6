"""Why a record is refused: the closed list of reasons, and the exception that carries one."""

from enum import StrEnum


class Reason(StrEnum):
    """Why a record is a dead letter. Operators filter and alert on these words, so the list only grows."""

    NULL_VALUE = "null_value"
    EMPTY_VALUE = "empty_value"
    INVALID_UTF8 = "invalid_utf8"
    INVALID_JSON = "invalid_json"
    MISSING_FIELD = "missing_field"
    WRONG_TYPE = "wrong_type"
    OUT_OF_BOUNDS = "out_of_bounds"  # a size, a range, a pattern, or JSON nested too deep to read
    UNKNOWN_CHOICE = "unknown_choice"
    INVALID_TIME = "invalid_time"
    TIME_WITHOUT_ZONE = "time_without_zone"
    WRONG_EVENT_TYPE = "wrong_event_type"
    # The others are found by stages, not by decode: they need the configuration, or are of internal topics.
    UNKNOWN_TENANT = "unknown_tenant"
    UNKNOWN_GROUP = "unknown_group"
    WRONG_PARTITION = "wrong_partition"
    INVALID_COMMAND = "invalid_command"
    INVALID_COUNTS = "invalid_counts"
    INVALID_EXAMPLE = "invalid_example"
    INVALID_LEARNING_RECORD = "invalid_learning_record"
    INVALID_OBSERVATION = "invalid_observation"
    SOURCE_OVER_RATE = "source_over_rate"
    SOURCE_OVER_INFLUENCE = "source_over_influence"
    TOO_MANY_SOURCES = "too_many_sources"
    HISTORY_AFTER_TRAFFIC = "history_after_traffic"
    HISTORY_OUT_OF_ORDER = "history_out_of_order"


class ContractError(Exception):
    """A record that does not keep its contract.

    ``field`` is the path of the failing field ("body", "topic.probability", "skills[2]", "attributes.*"), empty when
    the record fails as a whole. Only names of the contract appear in it, never anything of the record's own: both may
    be logged, counted and published.

    >>> str(ContractError(Reason.MISSING_FIELD, "tenant"))
    'missing_field: tenant'
    """

    def __init__(self, reason: Reason, field: str = "") -> None:
        self.reason = reason
        self.field = field
        super().__init__(f"{reason}: {field}" if field else str(reason))
