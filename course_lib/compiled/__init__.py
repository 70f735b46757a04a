"""A family's runs by machine code, where llvmlite is installed."""
