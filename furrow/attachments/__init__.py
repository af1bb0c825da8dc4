"""Files on any record: contracts, licences, photos; checked by content, previewed safely, never served as pages."""
