"""The phone: shell, service worker, day package, inbox of what phones send, devices; and the day in the field as the desk sees it (P5)."""
