"""Mutation testing of the checks: one small change in a reference solution at a time must lose a mark.

Mutation tools for Python (mutmut, cosmic-ray) change modules on disk and start a test command for each
mutant, where a function here is judged in a forked child by checks that are collected already, a
hundred times faster: so this package has a mutator of its own.
"""
