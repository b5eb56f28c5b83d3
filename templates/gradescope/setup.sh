#!/usr/bin/env bash
# Gradescope runs this once, as root, when it builds the image: it installs the wheel that the zip holds.
set -euo pipefail
cd /autograder/source
export DEBIAN_FRONTEND=noninteractive
apt-get update -q
apt-get install -q -y --no-install-recommends python3.11 python3.11-venv libseccomp2
python3.11 -m venv /opt/grader
wheel=(./*.whl)
/opt/grader/bin/pip install --quiet "${wheel[0]}[grade]"
