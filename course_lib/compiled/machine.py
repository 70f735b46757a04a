"""The compiler: text becomes machine code, by llvmlite."""

import ctypes
from functools import cache, lru_cache
from typing import Any


@cache
def llvm() -> Any:
    """The compiler; None where it is not installed, or does not load."""
    try:
        from llvmlite import binding
    except (ImportError, OSError):
        return None
    binding.initialize_native_target()
    binding.initialize_native_asmprinter()
    return binding


@lru_cache(maxsize=256)
def compiled(text):
    """The machine code, a function of addresses and counts in the order of the text; it lets threads run."""
    binding = llvm()
    processor = binding.Target.from_default_triple().create_target_machine(
        cpu=binding.get_host_cpu_name(), features=binding.get_host_cpu_features().flatten()
    )
    engine = binding.create_mcjit_compiler(binding.parse_assembly(text), processor)
    engine.finalize_object()
    arguments = [ctypes.c_void_p] * 6 + [ctypes.c_int64] * 4
    code: Any = ctypes.CFUNCTYPE(None, *arguments)(engine.get_function_address("descend"))
    code.engine = engine  # without which there is no code
    return code
