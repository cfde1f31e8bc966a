"""Sheet × template → training sheet of pairs."""
