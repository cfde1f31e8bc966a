"""Side-by-side measurements: ours against the floor of the machine, and against what a user would pick instead."""
