"""What a WSGI server loads: `python -m portal.serving`, `flask --app wsgi …`."""

from portal.app import create_app

app = create_app()
