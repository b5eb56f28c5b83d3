"""Scores and feedback pages sent to where a class reads them."""
