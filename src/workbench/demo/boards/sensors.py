"""What the production line measured while it made a sample board: readings that hint at the defect, never prove it."""

import numpy as np

from workbench.demo.boards.defects import Defect, Fault

# Usual reading and spread; then how far a defect's cause shifts it.
USUAL = {
    "temperature_c": (245.0, 3.0),
    "vibration_mm_s": (1.8, 0.45),
    "pressure_kpa": (180.0, 7.0),
    "humidity_percent": (44.0, 5.0),
}
SHIFTS: dict[Defect, dict[str, float]] = {
    "none": {},
    "solder_bridge": {"pressure_kpa": 26.0},
    "cold_joint": {"temperature_c": -13.0},
    "missing_component": {"vibration_mm_s": 2.1},
    "scratch": {"vibration_mm_s": 1.0},
    "discoloration": {"temperature_c": 15.0, "humidity_percent": -4.0},
}
LOTS = ("PASTE-A11", "PASTE-A12", "PASTE-B07")

# The inspection machine's own words; it names what it measured, and the reviewer decides what that means.
NOTES: dict[Defect, tuple[str, ...]] = {
    "none": ("All checks within limits.", "No remark.", "Passed on first look."),
    "solder_bridge": ("Extra reflection between pins of {part}.", "Solder volume too high at {part}."),
    "cold_joint": ("Joint at {part} reflects little light.", "Joint surface rough at {part}."),
    "missing_component": ("No body height measured at {part}.", "Placement of {part} not confirmed."),
    "scratch": ("Bright line in solder mask near {part}.", "Mask interrupted near {part}."),
    "discoloration": ("Mask colour off around {part}.", "Dark area around {part}."),
}


def readings(fault: Fault, random: np.random.Generator) -> dict[str, float | str]:
    """Return one value for each sensor column, and the machine's note."""
    values: dict[str, float | str] = {}
    for sensor, (usual, spread) in USUAL.items():
        shift = SHIFTS[fault.defect].get(sensor, 0.0)
        values[sensor] = round(max(0.1, usual + shift + float(random.normal(0, spread))), 1)
    likely = (0.2, 0.2, 0.6) if fault.defect == "solder_bridge" else (0.4, 0.4, 0.2)
    values["solder_paste_lot"] = LOTS[int(random.choice(3, p=likely))]
    notes = NOTES[fault.defect]
    note = notes[int(random.integers(len(notes)))].format(part=fault.part)
    values["machine_note"] = "No remark." if random.random() < 0.1 else note
    return values
