"""Speed and memory, measured on a real server: `python -m bench` (see docs/performance.md)."""
