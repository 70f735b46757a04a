"""Side by side: this library and what people use instead. Run ``python -m benchmarks --help``."""
