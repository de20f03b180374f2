"""How revisions are run and written: one at a time, beside clients that go on working."""
