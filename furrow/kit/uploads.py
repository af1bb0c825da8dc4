"""How much may be sent as files: whatever exceeds it is read past, neither kept in memory nor written to disk."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest


class BoundedUpload(FileUploadHandler):
    """Stands first among the handlers. Takes files from signed-in people only, all files of a request together up to
    settings.IMPORT_MAX_BYTES; `exceeded(request)` tells the view."""

    received = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        user = getattr(self.request, "user", None)
        if user is None or not user.is_authenticated:
            raise StopUpload(connection_reset=True)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.received += len(raw_data)
        if self.received > settings.IMPORT_MAX_BYTES and self.request is not None:
            self.request.META[_EXCEEDED] = True
            raise StopUpload
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The next handler keeps the file."""


_EXCEEDED = "furrow.upload_exceeded"


def exceeded(request: HttpRequest) -> bool:
    """Whether the files of this request were more than may be sent, and so were dropped."""
    request.FILES  # noqa: B018  reads the body
    return bool(request.META.get(_EXCEEDED))
