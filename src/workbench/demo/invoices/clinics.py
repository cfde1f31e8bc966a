"""The invented medical world behind the sample invoices: clinics, patients, insurers and procedures.

Every name is plainly made up, procedure codes belong to no real code set, and provider identifiers start with
a digit that real ones never start with.
"""

from typing import Literal, NamedTuple

Mark = Literal["cross", "heart", "rings", "peak", "leaf", "drop"]
Layout = Literal["band", "rule", "side"]


class Clinic(NamedTuple):
    """Who sends an invoice, and how its paper looks."""

    name: str
    motto: str
    address: str
    npi: str
    departments: tuple[str, ...]
    colour: str
    accent: str
    mark: Mark
    layout: Layout


class Procedure(NamedTuple):
    """One billable service; `cents` is the usual price of one unit."""

    code: str
    description: str
    cents: int


CLINICS = (
    Clinic(
        "Sample Ward Clinic", "Care you can reproduce", "12 Placeholder Street, Exampleton, ZZ 00012",
        "9000000012", ("family medicine", "laboratory"), "#0f6e84", "#e3f1f4", "leaf", "rule",
    ),
    Clinic(
        "Placeholder General Hospital", "Every bed a fixture", "1 Lorem Plaza, Ipsum City, ZZ 00100",
        "9000000100", ("emergency", "orthopedics", "radiology", "cardiology"), "#1f3c88", "#e8ecf8", "cross", "band",
    ),
    Clinic(
        "Testfield Heart Institute", "One beat at a time", "77 Mockingbird Lane, Testfield, ZZ 00077",
        "9000000077", ("cardiology",), "#a3203b", "#fbe9ec", "heart", "side",
    ),
    Clinic(
        "Dummy Creek Imaging", "We see right through it", "4 Raster Road, Dummy Creek, ZZ 00404",
        "9000000404", ("radiology",), "#3d3a6b", "#ececf6", "rings", "band",
    ),
    Clinic(
        "Mount Example Orthopedics", "Back on invented feet", "250 Fictive Ridge, Mount Example, ZZ 00250",
        "9000000250", ("orthopedics",), "#5a5f2c", "#f1f2e2", "peak", "rule",
    ),
    Clinic(
        "Fauxbury Urgent Care", "Open all imaginary night", "911 Sandbox Avenue, Fauxbury, ZZ 00911",
        "9000000911", ("emergency", "laboratory", "family medicine"), "#b4540a", "#fdf0e4", "drop", "side",
    ),
)  # fmt: skip

PROCEDURES: dict[str, tuple[Procedure, ...]] = {
    "family medicine": (
        Procedure("FM-110", "Office visit, established patient", 9800),
        Procedure("FM-120", "Office visit, new patient", 14200),
        Procedure("FM-205", "Seasonal immunization", 4100),
        Procedure("FM-230", "Yearly preventive examination", 18900),
        Procedure("FM-310", "Blood pressure follow-up", 5200),
        Procedure("FM-415", "Wound check and dressing", 6450),
    ),
    "laboratory": (
        Procedure("LB-011", "Complete blood count", 2750),
        Procedure("LB-024", "Metabolic panel", 3900),
        Procedure("LB-037", "Lipid profile", 3350),
        Procedure("LB-052", "Rapid strep test", 2400),
        Procedure("LB-066", "Urinalysis, automated", 1850),
        Procedure("LB-090", "Specimen collection", 1200),
    ),
    "emergency": (
        Procedure("EM-501", "Emergency room visit, level 3", 62000),
        Procedure("EM-502", "Emergency room visit, level 5", 148000),
        Procedure("EM-540", "Ambulance transfer, ground", 89500),
        Procedure("EM-555", "Intravenous hydration, first hour", 21800),
        Procedure("EM-560", "Laceration repair, simple", 34500),
        Procedure("EM-580", "Observation, per hour", 11200),
    ),
    "cardiology": (
        Procedure("CA-301", "Cardiology consultation", 24500),
        Procedure("CA-310", "Electrocardiogram, 12 leads", 8900),
        Procedure("CA-325", "Echocardiogram with Doppler", 71200),
        Procedure("CA-340", "Stress test, treadmill", 43800),
        Procedure("CA-355", "Holter monitoring, 24 hours", 28600),
    ),
    "radiology": (
        Procedure("RA-201", "Chest radiograph, two views", 12400),
        Procedure("RA-222", "Knee MRI without contrast", 98700),
        Procedure("RA-236", "Abdominal ultrasound", 36400),
        Procedure("RA-250", "CT head without contrast", 112500),
        Procedure("RA-270", "Radiologist reading and report", 9900),
    ),
    "orthopedics": (
        Procedure("OR-401", "Orthopedic consultation", 22700),
        Procedure("OR-412", "Forearm cast application", 31900),
        Procedure("OR-428", "Joint injection", 26400),
        Procedure("OR-433", "Physical therapy, 15 minutes", 5850),
        Procedure("OR-447", "Knee brace, fitted", 19800),
    ),
}

SUPPLIES = (
    Procedure("SU-001", "Sterile supplies", 1450),
    Procedure("SU-002", "Medication, oral", 2280),
    Procedure("SU-003", "Facility fee", 7500),
    Procedure("SU-004", "Medical records copy", 900),
)

FIRST_NAMES = (
    "Testa", "Moka", "Exampla", "Dummo", "Fictor", "Specima", "Proforma", "Mocky", "Placida", "Trialda",
    "Sampson", "Stubbin", "Fixtura", "Loremia", "Ipso", "Demetra",
)  # fmt: skip
LAST_NAMES = (
    "Patientsen", "Sampleman", "Mockford", "Demoski", "Fauxley", "Testerberg", "Notreal", "Examplova",
    "Placeholdt", "Fabricado", "Van Dummy", "O'Fiction", "Dolorsit", "Pretendson", "Imaginez", "Makebeliev",
)  # fmt: skip
DOCTORS = ("Dr. Ima Sample", "Dr. Hypo Thetical", "Dr. Noah Nonesuch", "Dr. Fay Kerr", "Dr. Anne Example")
INSURERS = ("Bluesample Mutual", "Example Health Plan", "Mockshield Insurance", "Fictive Life & Health")

# How the patient came is the wording from which a reader, or a model, tells the urgency.
ARRIVALS = {
    "routine": ("Scheduled appointment", "Follow-up appointment", "Referral, booked two weeks ahead"),
    "urgent": ("Walk-in, same day", "Referred for same-day assessment", "Walk-in, symptoms worsening"),
    "emergency": ("Brought in by ambulance", "Emergency entrance, seen immediately", "Transferred, life-threatening"),
}
