"""Every statement on tags, exposures, constraints, waivers, exits and the gate revision."""
