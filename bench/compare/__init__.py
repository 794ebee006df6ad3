"""The same models in Vellum, PyTorch and JAX, side by side."""
