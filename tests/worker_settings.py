"""Settings for tests/test_worker.py: the real settings and one job kind whose step can be watched and killed."""

from furrow.config.settings import *  # noqa: F403
from furrow.config.settings import JOB_STEPS

JOB_STEPS["tests.slow"] = "tests.worker_steps.slow_step"
