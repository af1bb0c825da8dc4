"""The wheel: one per platform for every Python 3, because the planner's kernel is a library that ctypes loads.

Without a built kernel the wheel is a plain one, and the small search in Python makes the plans.
"""

from __future__ import annotations

from pathlib import Path

from setuptools import Distribution, setup
from setuptools.command.bdist_wheel import bdist_wheel

KERNELS = list(Path(__file__).parent.glob("furrow/routing/*furrow_kernel.*"))


class Product(Distribution):
    """With a kernel it belongs to one platform, as with an extension module."""

    def has_ext_modules(self) -> bool:
        """Whether anything in it is compiled."""
        return bool(KERNELS)


class Wheel(bdist_wheel):
    """Tagged with the platform, but with no Python and no ABI."""

    def get_tag(self) -> tuple[str, str, str]:
        """py3-none and the platform."""
        return ("py3", "none", super().get_tag()[2] if KERNELS else "any")


setup(distclass=Product, cmdclass={"bdist_wheel": Wheel})
