"""The shared kernel: case, envelope, routing, states, clocks, audit. No Flask."""
