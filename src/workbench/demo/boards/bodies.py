"""The bodies of the parts on a sample circuit board, seen from above."""

from workbench.demo.boards.brush import Brush, Colour, shade
from workbench.demo.boards.parts import CHIPS, Part, grown

PLASTIC: Colour = (34, 35, 38)
LETTERING: Colour = (168, 172, 176)
TIN: Colour = (198, 202, 206)
STEEL: Colour = (176, 180, 186)
GOLD: Colour = (222, 188, 104)


def draw_body(brush: Brush, part: Part) -> None:
    """Draw a part's body over its pads; a test point has none."""
    if part.kind in CHIPS:
        _chip(brush, part)
    elif part.kind in ("controller", "driver"):
        _circuit(brush, part)
    elif part.kind == "crystal":
        brush.metal(part.body, STEEL, 7, part.upright)
        brush.text(part.x, part.y, "16.000", (84, 88, 92), 7.5)
    elif part.kind == "coil":
        _coil(brush, part)
    elif part.kind == "can":
        _can(brush, part)
    elif part.kind == "header":
        _header(brush, part)
    elif part.kind == "socket":
        _socket(brush, part)


def _chip(brush: Brush, part: Part) -> None:
    body = grown(part.body, -0.6)
    colour: Colour = {"resistor": (30, 30, 34), "capacitor": (172, 136, 94), "lamp": (236, 232, 214)}[part.kind]
    brush.rectangle(body, TIN, 1)
    cap = 4.2
    middle = (body[0], body[1] + cap, body[2], body[3] - cap)
    if not part.upright:
        middle = (body[0] + cap, body[1], body[2] - cap, body[3])
    brush.rectangle(middle, shade(colour, -0.25))
    brush.rectangle(grown(middle, -0.7), colour)
    if part.kind == "resistor":
        brush.text(part.x, part.y, part.marking, (206, 208, 210), 6, upright=part.upright)
    elif part.kind == "capacitor":
        brush.line(((middle[0] + 2, middle[1] + 1.6), (middle[2] - 2, middle[1] + 1.6)), shade(colour, 0.3), 0.8)
    else:
        brush.disc(part.x, part.y, 4, (252, 214, 92))
        brush.disc(part.x - 1, part.y - 1, 1.6, (255, 246, 206))


def _circuit(brush: Brush, part: Part) -> None:
    """An integrated circuit: bent tin legs, moulded body, a dot at the first pin, laser lettering."""
    for pad in part.pads:
        toward_x, toward_y = part.x - pad.x, part.y - pad.y
        sideways = pad.width > pad.height
        end = (pad.x + (9 if toward_x > 0 else -9), pad.y) if sideways else (pad.x, pad.y + (9 if toward_y > 0 else -9))
        brush.line(((pad.x, pad.y), end), shade(TIN, -0.3), 3.4)
        brush.line(((pad.x, pad.y), end), shade(TIN, 0.25), 1.8)
    brush.rectangle(part.body, shade(PLASTIC, -0.5), 2)
    brush.rectangle(grown(part.body, -1), shade(PLASTIC, 0.16), 2)
    left, top, right, bottom = part.body
    brush.rectangle((left + 2.4, top + 2.4, right - 1, bottom - 1), PLASTIC, 2)
    brush.disc(left + 8, top + 8, 2.6, shade(PLASTIC, -0.55))
    brush.disc(left + 8.5, top + 8.5, 2, shade(PLASTIC, 0.14))
    if part.kind == "controller":
        brush.text(part.x, part.y - 8, part.marking, LETTERING, 12)
        brush.text(part.x, part.y + 6, "SAMPLE SEMI", shade(LETTERING, -0.2), 7)
        brush.text(part.x, part.y + 16, "2601 ZZ", shade(LETTERING, -0.2), 7)
    else:
        brush.text(part.x, part.y, part.marking, LETTERING, 8, upright=not part.upright)


def _coil(brush: Brush, part: Part) -> None:
    body = grown(part.body, -1)
    brush.rectangle(body, (46, 46, 50), 7)
    brush.rectangle(grown(body, -1.4), (72, 72, 77), 6)
    brush.disc(part.x, part.y, 14.5, (50, 50, 54))
    brush.disc(part.x - 0.8, part.y - 0.8, 13.4, (84, 84, 89))
    brush.text(part.x, part.y, part.marking, (224, 226, 228), 10)


def _can(brush: Brush, part: Part) -> None:
    """An electrolytic capacitor: black base with two cut corners, aluminium can, its negative side marked."""
    left, top, right, bottom = grown(part.body, -1)
    cut = 9
    corners = [(left, top), (right - cut, top), (right, top + cut), (right, bottom - cut), (right - cut, bottom)]
    brush.polygon([*corners, (left, bottom)], (30, 30, 33))
    brush.disc(part.x, part.y, 20, shade(STEEL, -0.45))
    brush.disc(part.x, part.y, 18.8, shade(STEEL, 0.12))
    brush.disc(part.x + 0.8, part.y + 0.8, 17.6, shade(STEEL, 0.3))
    brush.slice(part.x, part.y, 18, 120, 240, (44, 46, 52))
    brush.ring(part.x, part.y, 18.4, shade(STEEL, 0.6), 0.8)
    brush.text(part.x + 5, part.y - 4, part.marking, (62, 64, 70), 9)
    brush.text(part.x + 5, part.y + 6, "16V", (62, 64, 70), 6.5)


def _header(brush: Brush, part: Part) -> None:
    for pad in part.pads:
        brush.rectangle((pad.x - 7.6, pad.y - 8, pad.x + 7.6, pad.y + 8), (22, 22, 24), 2.5)
        brush.rectangle((pad.x - 6.6, pad.y - 7, pad.x + 6.6, pad.y + 7), (42, 42, 46), 2.5)
        brush.rectangle((pad.x - 3, pad.y - 3, pad.x + 3, pad.y + 3), shade(GOLD, -0.35), 0.6)
        brush.rectangle((pad.x - 2.4, pad.y - 2.4, pad.x + 1.8, pad.y + 1.8), shade(GOLD, 0.15), 0.6)


def _socket(brush: Brush, part: Part) -> None:
    left, top, right, bottom = part.body
    brush.metal(part.body, STEEL, 3)
    for x in (left + 12, right - 12):
        brush.rectangle((x - 4, top + 10, x + 4, top + 22), shade(STEEL, -0.55), 1.5)
        brush.rectangle((x - 3, top + 12, x + 3, top + 22), shade(STEEL, -0.1), 1)
    brush.rectangle((left + 8, bottom - 6, right - 8, bottom), (40, 42, 46), 1)
