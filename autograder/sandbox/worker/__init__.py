"""The confined side: runs a submission, answers probes, decides nothing.

The sandbox mounts this directory alone, as the top-level package `worker`, so its modules import
one another relatively and nothing else of `autograder`.
"""
