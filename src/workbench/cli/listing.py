"""How `--help` lists commands: under headings, each with its whole first sentence."""

from typing import Any

from typer.core import TyperGroup

HEADING = "Commands"


class Headed(TyperGroup):
    """A group whose help shows its commands by heading (their `rich_help_panel`), in the order they were added."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Writes the lists; nothing is cut off, long sentences go on in the next line."""
        by_heading: dict[str, list[tuple[str, str]]] = {}
        for name, command in self.commands.items():
            heading = getattr(command, "rich_help_panel", None)
            rows = by_heading.setdefault(heading if isinstance(heading, str) else HEADING, [])
            rows.append((name, _first_paragraph(command.help or "")))
        width = max(len(name) for name in self.commands)
        for heading, rows in by_heading.items():
            with formatter.section(heading):
                formatter.write_dl([(name.ljust(width), text) for name, text in rows])


def _first_paragraph(text: str) -> str:
    return " ".join(text.strip().partition("\n\n")[0].split())
