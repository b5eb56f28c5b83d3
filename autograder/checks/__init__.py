"""The visible checks of the course's assignments, one module each, beside their misconceptions and calibration."""
