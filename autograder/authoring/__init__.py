"""For authors, in a checkout: releases, calibration, simulated classes."""
