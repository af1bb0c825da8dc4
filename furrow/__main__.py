"""python -m furrow: the same as the furrow command."""

import sys

from furrow.cli import main

sys.exit(main())
