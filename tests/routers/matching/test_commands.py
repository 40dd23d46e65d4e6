import pytest

from routers.matching import CommandError, RepStatus, Seats, TicketEvent, TicketTriaged


@pytest.mark.parametrize(
    ("build", "field"),
    [
        (lambda: TicketTriaged("", "m"), "ticket_id"),
        (lambda: TicketTriaged("c", "m", urgency="soon"), "urgency"),
        (lambda: TicketTriaged("c", "m", effort_units=0), "effort_units"),
        (lambda: TicketTriaged("c", "m", effort_units=float("nan")), "effort_units"),
        (lambda: TicketTriaged("c", "m", effort_units=1e306), "effort_units"),
        (lambda: TicketTriaged("c", "m", due_at_s=float("inf")), "due_at_s"),
        (lambda: RepStatus("", "home", "online", 0), "rep_id"),
        (lambda: RepStatus("ann", "home", "lunch", 0), "state"),
        (lambda: RepStatus("ann", "home", "online", float("nan")), "at_s"),
        (lambda: RepStatus("ann", "home", "online", 0, capacity_units=-1), "capacity_units"),
        (lambda: RepStatus("ann", "home", "online", 0, capacity_units=1e306), "capacity_units"),
        (lambda: RepStatus("ann", "home", "online", 0, valid_for_s=0), "valid_for_s"),
        (lambda: TicketEvent("c", "lost", 1, 0), "kind"),
        (lambda: Seats("", 1, 0), "pool"),
        (lambda: Seats("acme", -1, 0), "seats"),
        (lambda: Seats("acme", 1, float("nan")), "until_s"),
    ],
)
def test_a_command_that_makes_no_sense_is_refused_and_names_the_field(build, field):
    with pytest.raises(CommandError) as error:
        build()
    assert error.value.field == field
