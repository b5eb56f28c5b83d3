"""What there is: the course and its assignments, and what was handed in."""
