"""How well incidents are merged into events, on stories of our own, and what it costs as the window grows."""
