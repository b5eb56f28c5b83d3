"""Decides whether an answer is right, and which mistake a wrong one is."""
