"""Other open systems read the same CC-NEWS file as we do, each in a virtual environment of its own."""
