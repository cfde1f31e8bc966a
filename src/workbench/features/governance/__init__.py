"""Usage constraints: the one gate on every exit, waivers, and what left through it."""
