"""The door for a WSGI server."""

import os

from django.core.wsgi import get_wsgi_application

from furrow.kit.folding import load_tables

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "furrow.config.settings")
application = get_wsgi_application()
load_tables()
