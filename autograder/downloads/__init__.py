"""What an LMS gives for download, whatever platform it is: who handed in what, and what counts."""
