"""Two Timescales of Learning, tested."""
