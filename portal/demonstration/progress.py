"""How far a long command has come: one line that changes, or plain lines in a file."""

import sys

import click


class PreparationProgress:
    """Tells of one part of the work after another."""

    def __init__(self) -> None:
        self._moves = sys.stdout.isatty()
        self._open = False

    def tell(self, part: str, done: int = 0, total: int = 0) -> None:
        """Say which part is under way, and how much of it is done."""
        text = f"{part}: {done:,} of {total:,}" if total else part
        if self._moves:
            click.echo(f"\r\x1b[K  {text}", nl=False)
            self._open = True
        elif done in {0, total}:
            click.echo(f"  {text}")

    def end(self) -> None:
        """Close the line."""
        if self._open:
            click.echo("\r\x1b[K", nl=False)
            self._open = False
