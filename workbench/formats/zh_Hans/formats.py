"""Large numbers in groups of three, as Chinese developer tools write them; Django's format has no separator."""

THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3
