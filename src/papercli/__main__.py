"""`python -m papercli` is the same program as `papers`."""

import sys

from papercli.main import main

sys.exit(main())
