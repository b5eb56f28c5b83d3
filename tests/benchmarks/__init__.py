"""Benchmarks: speed and memory of grading, as ratios against peers measured in the same run."""
