"""The bundled demo newspaper: four invented outlets served on loopback, and a run of everything over them."""
