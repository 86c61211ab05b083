"""The features of a run, one by one."""
