"""Settings for tests: cheap passwords, no manifest, background work in the same process unless a test starts a worker."""

import os
import tempfile

os.environ.setdefault("FURROW_DATA", tempfile.mkdtemp(prefix="furrow-test-"))
os.environ.setdefault("FURROW_SECRET_KEY", "only-for-tests")
os.environ.setdefault("FURROW_KEYS", "test:" + "dGVz" * 10 + "dGU=")

from furrow.config.settings import *  # noqa: F403
from furrow.config.settings import DATABASES, Q_CLUSTER, STORAGES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_AUTOREFRESH = True
Q_CLUSTER["sync"] = True
DATABASES["default"]["CONN_MAX_AGE"] = 0
