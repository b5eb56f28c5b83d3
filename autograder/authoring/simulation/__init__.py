"""Classes whose truth is known, made of a course's recorded solutions and mistakes."""
