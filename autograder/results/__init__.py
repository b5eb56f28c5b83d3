"""What grading found: results typed and stored, and what can be counted in them."""
