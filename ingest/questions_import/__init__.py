"""Question sets of other programs -> past questions as notes write them, and what was not got."""
