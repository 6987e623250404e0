"""From tuned weights to a release."""
