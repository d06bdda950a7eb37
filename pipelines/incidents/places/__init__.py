"""Places named in a text and the gazetteer they are looked up in (docs/places.md)."""
