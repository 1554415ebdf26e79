"""The program of an auditor: it recomputes published figures outside the portal."""
