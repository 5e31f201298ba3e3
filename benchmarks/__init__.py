"""How long things take, beside the plain way of doing them in the same run: `make bench`.

A benchmark is a module with `lines(size)`; `benchmarks.__main__` lists them. Nothing here is
imported by the package, and no test looks at a time.
"""
