"""What each sheet, labelset, label and pair may be used for: its constraints, its waivers, and why not."""
