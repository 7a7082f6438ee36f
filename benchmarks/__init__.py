"""`make bench`: how fast the whole application is, each figure beside its limit or a reference of the same run."""
