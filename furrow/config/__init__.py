"""Settings, addresses and all wiring between rooms as plain tables: menu, palette, panels, jobs."""
