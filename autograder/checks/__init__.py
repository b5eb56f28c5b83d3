"""What a student's machine has of each assignment: visible checks, a record of what to expect, pictures."""
