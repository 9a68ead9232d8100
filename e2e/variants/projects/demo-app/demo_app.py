"""Says what it was installed with, so that a test sees which wheels an installer chose."""

import demo_greeting
import demo_kernels
import demo_levels
import demo_seeker
import demo_squeeze


def seen() -> dict[str, object]:
    """What each of the others was built for."""
    return {
        "accelerator": demo_kernels.ACCELERATOR,
        "devices": demo_kernels.devices(),
        "level": demo_levels.LEVEL,
        "greeting": demo_greeting.GREETING,
        "squeeze": demo_squeeze.LIBRARY,
        "sought": demo_seeker.FOUND,
    }
