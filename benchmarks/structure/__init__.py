"""How the code is organised: rules that hold everywhere, and figures that are only reported.

`rules` finds what breaks a rule, `figures` counts files and lines, `ways` records what one event runs through.
`make check` runs the rules, and `make test` prints all of it with `python -m benchmarks.structure`.
"""
