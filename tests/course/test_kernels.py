"""JupyterLab's list of kernels, which it asks for at any time."""

from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager

from course_lib.course.kernels import Listed


def test_a_kernel_that_is_about_to_start_is_listed():
    kernels = AsyncMappingKernelManager(kernel_manager_class=f"{Listed.__module__}.{Listed.__name__}")
    kernels._kernels["new"] = kernels.kernel_manager_factory()  # of which jupyter_server told no time yet
    assert [kernel["id"] for kernel in kernels.list_kernels()] == ["new"]
