"""A fixed list of 60 faults that the tests must notice, and what runs them."""
