"""The door for a WSGI server."""

import os

from django.core.wsgi import get_wsgi_application
from django.utils.module_loading import import_string

from furrow.kit.folding import load_tables

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "furrow.config.settings")
application = get_wsgi_application()
load_tables()
# The app of the phones is put together now, not while the first one waits.
import_string("furrow.field.shell.version")()
