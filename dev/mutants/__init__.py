"""`make mutants`: puts one fault after the other into a copy of the addon; each has to be noticed by its tests."""
