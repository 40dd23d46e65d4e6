"""One example record a contract, and more where languages or kinds differ. Names and texts are invented.

They are published beside the schemas, and make good starting points in tests.
"""

from collections.abc import Mapping
from types import MappingProxyType

from streams.contracts.assignment import Assignment, AssignmentKind, Why, assignment_id
from streams.contracts.audit import Audit, AuditOutcome
from streams.contracts.capacity_request import CapacityRequest, CapacityWhy
from streams.contracts.contract import Contract
from streams.contracts.feedback import Feedback
from streams.contracts.message import Channel, Message
from streams.contracts.notice import Notice, NoticeState
from streams.contracts.rep_status import RepState, RepStatus
from streams.contracts.surge import Surge, SurgeState
from streams.contracts.ticket_event import TicketEvent, TicketEventKind
from streams.contracts.times import at
from streams.contracts.triaged_ticket import TriagedTicket, Verdict
from streams.contracts.vendor_event import VendorEvent, VendorEventKind

_NOON_S = 1_773_144_000.0  # 2026-03-10T12:00:00Z
_EPOCH = 1_773_144_001_250

EXAMPLES: Mapping[str, Contract] = MappingProxyType(
    {
        "message-chat-en": Message(
            message_id="m-1001",
            conversation_id="c-501",
            tenant="acme",
            channel=Channel.CHAT,
            body="My parcel has been stuck at the depot for a week. Can someone please look into it today?",
            sent_at=at(_NOON_S),
        ),
        "message-email-fr": Message(
            message_id="<20260310.7731@mail.example>",
            conversation_id="c-502",
            tenant="acme",
            segment="eu",
            channel=Channel.EMAIL,
            customer_id="cust-88",
            customer_tier="gold",
            language="fr",
            subject="Remboursement toujours pas reçu",
            body="Bonjour, cela fait trois semaines que j'attends mon remboursement. Merci de me répondre rapidement.",
            sent_at=at(_NOON_S + 0.25),
            owner="rep-7",
            attributes={"order": "A-20931", "mailbox": "service"},
        ),
        "message-voice-de": Message(
            message_id="call-339",
            conversation_id="c-503",
            tenant="acme",
            channel=Channel.VOICE,
            language="de",
            body="Guten Tag, ich wollte nur fragen, wie ich meine Lieferadresse ändern kann.",
            sent_at=at(_NOON_S + 5),
            due_at=at(_NOON_S + 7_200),
        ),
        "message-social-es": Message(
            message_id="post-77120",
            conversation_id="c-504",
            tenant="acme",
            channel=Channel.SOCIAL,
            body="¡Otra vez sin servicio! Es la tercera vez este mes y nadie contesta.",
            sent_at=at(_NOON_S + 9),
        ),
        "message-sms-fa": Message(
            message_id="sms-4410",
            conversation_id="c-505",
            tenant="acme",
            channel=Channel.SMS,
            language="fa",
            body="سلام، رمز ورود من کار نمی‌کند. لطفاً کمک کنید.",
            sent_at=at(_NOON_S + 12),
        ),
        "rep_status": RepStatus(
            rep_id="rep-7",
            group="acme-eu",
            pool="home",
            state=RepState.ONLINE,
            skills=("billing", "refunds"),
            languages=("fr", "en"),
            channels=(Channel.EMAIL, Channel.CHAT),
            capacity_units=6,
            at=at(_NOON_S),
            valid_for_s=120.0,
        ),
        "ticket_event": TicketEvent(
            ticket_id="c-502",
            group="acme-eu",
            kind=TicketEventKind.ACCEPTED,
            rep_id="rep-7",
            epoch=_EPOCH,
            at=at(_NOON_S + 20),
        ),
        "triaged_ticket": TriagedTicket(
            message_id="<20260310.7731@mail.example>",
            conversation_id="c-502",
            tenant="acme",
            segment="eu",
            channel=Channel.EMAIL,
            customer_id="cust-88",
            group="acme-eu",
            language="fr",
            language_probability=1.0,
            urgency=Verdict("high", 0.75, {"low": 0.0625, "normal": 0.1875, "high": 0.75}),
            sentiment=Verdict("negative", 0.875, {"negative": 0.875, "neutral": 0.09375, "positive": 0.03125}),
            topic=Verdict("refund", 0.8125, {"refund": 0.8125, "delivery": 0.125, "account": 0.0625}),
            effort_units=2,
            needs_human=True,
            needs_human_why=("sensitive_topic", "angry"),
            label_wanted=False,
            model_versions={"urgency": "seed-1", "sentiment": "seed-1", "topic": "seed-1"},
            triaged_at=at(_NOON_S + 1),
        ),
        "assignment": Assignment(
            assignment_id=assignment_id("c-502", _EPOCH),
            ticket_id="c-502",
            group="acme-eu",
            epoch=_EPOCH,
            kind=AssignmentKind.ASSIGNED,
            rep_id="rep-7",
            pool="home",
            queue="refunds-eu",
            due_at=at(_NOON_S + 3_600),
            expires_at=at(_NOON_S + 61),
            decided_at=at(_EPOCH / 1_000),
            why=Why("owner", runner_up="rep-9", scores={"rep-7": 0.5, "rep-9": 0.25}),
        ),
        "assignment-parked": Assignment(
            assignment_id=assignment_id("c-505", _EPOCH + 1),
            ticket_id="c-505",
            group="acme",
            epoch=_EPOCH + 1,
            kind=AssignmentKind.PARKED,
            queue="default",
            decided_at=at((_EPOCH + 1) / 1_000),
            why=Why("no_pool_can", missing=("language fa",)),
        ),
        "feedback": Feedback(
            ticket_id="c-501", tenant="acme", urgency="high", topic="delivery", by="rep-7", at=at(_NOON_S + 3_600)
        ),
        "vendor_event": VendorEvent(
            request_id=f"acme/flex/general/{_EPOCH}",
            group="acme",
            kind=VendorEventKind.ACTIVE,
            seats=12,
            at=at(_NOON_S + 900),
        ),
        "surge-onset": Surge(
            surge_id="4f0c9a7be1d24a06",
            group="acme",
            series="topic:outage",
            state=SurgeState.ONSET,
            onset_at=at(_NOON_S),
            at=at(_NOON_S + 120),
            observed=96.0,
            expected=11.5,
            ratio=5.2,
            false_alarms_per_week=1.0,
            also=("all", "channel:chat"),
            expected_end=at(_NOON_S + 2_400),
            expected_end_earliest=at(_NOON_S + 900),
            expected_end_latest=at(_NOON_S + 9_000),
            expected_peak=128.0,
            expected_peak_least=96.0,
            expected_peak_most=224.0,
        ),
        "notice-open": Notice(
            notice_id="4f0c9a7be1d24a06",
            group="acme",
            state=NoticeState.OPEN,
            series="topic:outage",
            since=at(_NOON_S),
            at=at(_NOON_S + 120),
            messages=96,
            also=("channel:chat",),
        ),
        "notice-corrected": Notice(
            notice_id="4f0c9a7be1d24a06",
            group="acme",
            state=NoticeState.OPEN,
            series="topic:outage",
            since=at(_NOON_S),
            at=at(_NOON_S + 300),
            messages=104,
            also=("all", "channel:chat"),
            revision=2,
            total_messages=431,
            words=("router", "offline", "störung"),
            languages={"en": 0.75, "de": 0.25},
            channels={"chat": 0.625, "email": 0.375},
            message_ids=("m-1001", "m-1004", "post-77120"),
            expected_end=at(_NOON_S + 2_700),
        ),
        "capacity_request": CapacityRequest(
            request_id=f"acme/flex/general/{_EPOCH}",
            group="acme",
            vendor="flex",
            skill="general",
            epoch=_EPOCH,
            seats=12,
            needed_at=at(_NOON_S + 900),
            until=at(_NOON_S + 4_500),
            expires_at=at(_NOON_S + 300),
            decided_at=at(_NOON_S),
            why=CapacityWhy(
                "surge", load_erlangs=31.5, service_level_without=0.41, service_level_with=0.9, price=384.0
            ),
        ),
        "audit": Audit(
            command_id="cmd-17", stage="plan", command="override", outcome=AuditOutcome.DONE, at=at(_NOON_S)
        ),
    }
)
"""Example records by name: the contract's module, then a word or two."""
