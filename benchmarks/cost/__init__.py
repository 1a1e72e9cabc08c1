"""What a month costs at X and AWS: calls counted on the local AWS and X, times stated assumptions, times list prices.

`python -m benchmarks.cost` prints the tables, `--write` puts them into docs/cost.md.
"""
