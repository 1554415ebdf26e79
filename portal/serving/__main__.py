"""Serves the portal: `python -m portal.serving --bind 127.0.0.1:8000 --workers 2 --threads 4`."""

from portal.serving.master import PortalApplication

if __name__ == "__main__":
    PortalApplication("%(prog)s [OPTIONS] [APP_MODULE]", prog="python -m portal.serving").run()
