"""The demo's worker: ``spillway worker`` with the settings of a scenario. Its one argument is JSON."""

import sys

import msgspec

from streams.app import build
from streams.cli.worker import work
from streams.demo.organisation import organisation
from streams.local.traffic.scenario import load_scenario


class Order(msgspec.Struct, frozen=True):
    """What the demo asks of its worker."""

    scenario: str
    bootstrap: str
    prefix: str
    origin_s: float
    speed: float
    port: int


def main(argument: str) -> None:
    """Run all stages until SIGTERM."""
    order = msgspec.json.decode(argument, type=Order)
    settings = organisation(
        load_scenario(order.scenario),
        bootstrap=order.bootstrap,
        prefix=order.prefix,
        origin_s=order.origin_s,
        speed=order.speed,
    )
    app = build(settings)
    work(app, [stage.name for stage in app.stages], None, "127.0.0.1", order.port)


if __name__ == "__main__":
    main(sys.argv[1])
