"""What a sample invoice says: a pure function of the seed, its number and its month."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

import numpy as np

from workbench.demo.invoices.clinics import (
    ARRIVALS,
    CLINICS,
    DOCTORS,
    FIRST_NAMES,
    INSURERS,
    LAST_NAMES,
    PROCEDURES,
    SUPPLIES,
    Clinic,
    Procedure,
)

T = TypeVar("T")


@dataclass(frozen=True)
class Line:
    """One billed service; money in cents."""

    day: date
    procedure: Procedure
    quantity: int
    cents: int


@dataclass(frozen=True)
class Invoice:
    """Everything printed on one invoice; money in cents."""

    number: int
    day: date
    clinic: Clinic
    department: str
    doctor: str
    patient: str
    born: date
    account: str
    insurer: str
    insurance_id: str
    network_status: str
    urgency: str
    arrival: str
    lines: tuple[Line, ...]
    insurance_paid: int
    overdue: bool
    scan_wear: float | None

    @property
    def key(self) -> str:
        return f"invoice_{self.number:04d}"

    @property
    def printed_number(self) -> str:
        return f"INV-{self.day.year}-{self.number:05d}"

    @property
    def total(self) -> int:
        return sum(line.cents for line in self.lines)

    @property
    def due(self) -> int:
        return self.total - self.insurance_paid


def imagine(number: int, *, seed: int, month: date) -> Invoice:
    """Return what the invoice with this number says."""
    random = np.random.default_rng([seed, 2, number])
    clinic = _one_of(random, CLINICS)
    department = _one_of(random, clinic.departments)
    likely = (0.05, 0.35, 0.60) if department == "emergency" else (0.74, 0.22, 0.04)
    urgency = tuple(ARRIVALS)[int(random.choice(3, p=likely))]
    day = month + timedelta(days=int(random.integers(28)))
    lines = _lines(random, department, day)
    total = sum(line.cents for line in lines)
    in_network = bool(random.random() < 0.7)
    covered = random.uniform(0.55, 0.9) if in_network else random.uniform(0.0, 0.4)
    wear = float(random.uniform(0.35, 1.0)) if random.random() < 0.07 else None
    return Invoice(
        number=number,
        day=day,
        clinic=clinic,
        department=department,
        doctor=_one_of(random, DOCTORS),
        patient=f"{_one_of(random, FIRST_NAMES)} {_one_of(random, LAST_NAMES)}",
        born=date(1932, 1, 1) + timedelta(days=int(random.integers(31_000))),
        account=f"ACC-{random.integers(10_000, 99_999)}",
        insurer=_one_of(random, INSURERS),
        insurance_id=f"TEST-{random.integers(10_000_000, 99_999_999)}",
        network_status="in_network" if in_network else "out_of_network",
        urgency=urgency,
        arrival=_one_of(random, ARRIVALS[urgency]),
        lines=lines,
        insurance_paid=int(total * covered),
        overdue=bool(random.random() < 0.12),
        scan_wear=wear,
    )


def _lines(random: np.random.Generator, department: str, day: date) -> tuple[Line, ...]:
    """Return the billed services: mostly a handful, sometimes a stay long enough to need a second page."""
    offered = PROCEDURES[department] + SUPPLIES
    prices = {procedure: round(procedure.cents * random.uniform(0.92, 1.12) / 5) * 5 for procedure in offered}
    stay = bool(random.random() < 0.08)
    wanted = int(random.integers(18, 26)) if stay else int(random.integers(2, 8))
    # Days of a stay repeat their services; a single visit bills each service once.
    picks = random.choice(len(offered) - 1, wanted - 1, replace=stay) + 1
    lines = []
    for place, pick in enumerate((0, *picks)):
        procedure = offered[pick]
        quantity = 1 if place == 0 else int(random.choice((1, 1, 1, 2, 3)))
        served = day - timedelta(days=3 + (wanted - place) // 4)
        lines.append(Line(served, procedure, quantity, quantity * prices[procedure]))
    return tuple(lines)


def _one_of(random: np.random.Generator, choices: Sequence[T]) -> T:
    return choices[int(random.integers(len(choices)))]
