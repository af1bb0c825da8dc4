"""The demo company: a fictional distributor of phones and accessories in Wuhan, the same for everybody on the same day.

Names of outlets are drawn from open company short names (licence beside them); streets and districts exist, shops, people
and phone numbers do not.
"""

from furrow.config.demo.build import NotEmpty, build_demo
from furrow.config.demo.people import SignIn, sign_ins

__all__ = ["NotEmpty", "SignIn", "build_demo", "sign_ins"]
